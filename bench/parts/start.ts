import { setTimeout as sleep } from 'node:timers/promises';
import { startLatchkey } from '../latchkey.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { betterAuthReader, expressReader, latchkeyData, nodeReader } from '../world.ts';

const [ready, idle] = ['time to ready', 'idle memory'];

export const start: Part = {
  title: 'Start',
  about:
    'The time from the command to the first successful answer, on a database of 100,000 users, and the idle memory after that.',
  targets: [
    { what: 'start, vs. bare Express', of: [ready, 'Latchkey'], to: [ready, 'Express 5, bare'], max: 2 },
    { what: 'idle memory', of: [idle, 'Latchkey'], max: 100 },
  ],
  async measure(say) {
    const { databaseUrl } = await latchkeyData();
    const measured = (begin: () => Promise<Program>) => async () => {
      const program = await begin();
      await sleep(1000);
      const figures = { [ready]: program.readyMilliseconds, [idle]: program.residentMebibytes() };
      await program.stop();
      return figures;
    };
    return inTurn(
      7,
      { [ready]: 'ms', [idle]: 'MiB' },
      {
        'node:http, bare': measured(nodeReader),
        'Express 5, bare': measured(expressReader),
        'better-auth': measured(betterAuthReader),
        Latchkey: measured(() => startLatchkey(databaseUrl)),
      },
      say,
    );
  },
};
