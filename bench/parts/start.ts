import { setTimeout as sleep } from 'node:timers/promises';
import { startLatchkey } from '../latchkey.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { betterAuthReader, expressReader, latchkeyData, nodeReader } from '../world.ts';

const [ready, idle] = ['ready after', 'memory idle'];

export const start: Part = {
  title: 'Start',
  about:
    'From the command to the first good answer, on a database of 100,000 people; and what it then holds in memory, idle.',
  targets: [
    { what: 'start, to bare Express', of: [ready, 'Latchkey'], to: [ready, 'Express 5, bare'], most: 2 },
    { what: 'memory idle', of: [idle, 'Latchkey'], most: 100 },
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
