import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'autocannon';
import { press } from '../load.ts';
import type { Metric, Part } from '../part.ts';
import { latchkeyData, latchkeyReader, latchkeySignIns, shared } from '../world.ts';
import { registrations } from './costs.ts';
import { refreshing } from './refreshes.ts';

const minutes = 60;
const [early, late] = ['minutes 11 to 20', 'the last ten minutes'];
const [memory, reads] = ['memory', 'reads'];

/** Changes the profile of one session again and again. */
const changing = (headers: object): Request[] => {
  let turn = 0;
  return [
    {
      method: 'PATCH',
      path: '/api/accounts/me',
      setupRequest: (request) => ({
        ...request,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ displayName: `Name ${turn++}` }),
      }),
    },
  ];
};

export const soak: Part = {
  title: 'Soak',
  about: `${minutes} minutes of mixed work, below every limit: 1,000 reads per second over eight connections, 16 refreshes, 8 changed profiles, a sign-in and a registration per second. The memory of the process is sampled every five seconds.`,
  targets: [
    {
      what: 'memory at the end, vs. at the start',
      of: [memory, late],
      to: [memory, early],
      min: 0.95,
      max: 1.05,
    },
  ],
  async measure(say) {
    const data = await latchkeyData();
    const reader = await latchkeyReader(data, { settings: { ACCESS_TOKEN_TTL: '1d' } });
    const { base, requests } = reader;
    const seconds = minutes * 60;
    const refreshTokens = data.refreshTokens.splice(0, 8);
    const load = (connections: number, atMost: number, requestsOf: (connection: number) => Request[]) =>
      press({ base, connections, atMost, seconds, requestsOf });
    const loads = Promise.all([
      load(8, 1000, shared(requests)),
      load(8, 16, () => refreshing(refreshTokens.pop())),
      load(8, 8, (connection) => changing(requests[connection]?.headers ?? {})),
      load(1, 1, () => latchkeySignIns('bcrypt')),
      load(1, 1, () => registrations()),
    ]);
    const looks: number[] = [];
    const watch = async (): Promise<void> => {
      for (let look = 0; look < seconds / 5; look++) {
        await sleep(5000);
        looks.push(reader.residentMebibytes());
        if (look % 12 === 11) say(`${(look + 1) / 12} of ${minutes} minutes: ${looks.at(-1)?.toFixed(0)} MiB`);
      }
    };
    const [[read]] = await Promise.all([loads, watch()]);
    await reader.stop();
    const metrics: Metric[] = [
      {
        name: memory,
        unit: 'MiB',
        rounds: { [early]: looks.slice(120, 240), [late]: looks.slice(-120), 'all the time': looks },
      },
      { name: reads, unit: '/s', rounds: { 'all the time': [read.perSecond] } },
    ];
    return metrics;
  },
};
