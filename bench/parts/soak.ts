import { setTimeout as sleep } from 'node:timers/promises';
import { press } from '../load.ts';
import type { Metric, Part } from '../part.ts';
import { latchkeyData, latchkeyReader, latchkeySignIns, shared } from '../world.ts';

const minutes = 12;
const [early, late] = ['minutes 3 and 4', 'the last two minutes'];
const metric = 'memory';

export const soak: Part = {
  title: 'Soak',
  about: `${minutes} minutes of reads over eight connections, at most 5,000 per second so that no session reaches its rate limit, while one connection signs in. The memory of the process is sampled every five seconds. The first two minutes warm up and do not count.`,
  targets: [
    {
      what: 'memory at the end, vs. at the start',
      of: [metric, late],
      to: [metric, early],
      min: 0.95,
      max: 1.05,
    },
  ],
  async measure(say) {
    const reader = await latchkeyReader(await latchkeyData());
    const { base } = reader;
    const seconds = minutes * 60;
    const loads = [
      press({ base, connections: 8, atMost: 5000, seconds, requestsOf: shared(reader.requests) }),
      press({ base, connections: 1, seconds, requestsOf: () => latchkeySignIns('bcrypt') }),
    ];
    const looks: number[] = [];
    for (let look = 0; look < seconds / 5; look++) {
      await sleep(5000);
      looks.push(reader.residentMebibytes());
      if (look % 6 === 5) say(`${((look + 1) / 12).toFixed(1)} of ${minutes} minutes: ${looks.at(-1)?.toFixed(0)} MiB`);
    }
    await Promise.all(loads);
    await reader.stop();
    const metrics: Metric[] = [
      {
        name: metric,
        unit: 'MiB',
        rounds: { [early]: looks.slice(24, 48), [late]: looks.slice(-24), 'all the time': looks },
      },
    ];
    return metrics;
  },
};
