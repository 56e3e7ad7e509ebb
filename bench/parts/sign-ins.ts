import type { Request } from 'autocannon';
import { compareAlone } from '../contenders/hash-alone.ts';
import { startLatchkey } from '../latchkey.ts';
import { press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { perSecond } from '../statistics.ts';
import { betterAuthReader, betterAuthSignIns, latchkeyData, latchkeySignIns } from '../world.ts';

const metric = 'sign-ins per second';

export const signIns: Part = {
  title: 'Sign-ins',
  about:
    'Eight connections sign in continuously, each time another user from another address. “Alone” compares hashes in one thread per core without a server: bcryptjs with the same cost of 12, argon2id with the same parameters. better-auth uses scrypt (N = 16384, r = 16).',
  targets: [
    {
      what: 'sign-ins, vs. bcryptjs alone',
      of: [metric, 'Latchkey, bcrypt'],
      to: [metric, 'bcryptjs alone'],
      min: 0.95,
    },
    {
      what: 'sign-ins with argon2id, vs. better-auth',
      of: [metric, 'Latchkey, argon2id'],
      to: [metric, 'better-auth'],
      min: 5,
    },
  ],
  async measure(say) {
    const { databaseUrl } = await latchkeyData();
    const bcrypt = await startLatchkey(databaseUrl);
    const argon2id = await startLatchkey(databaseUrl, { settings: { PASSWORD_HASH: 'argon2id' } });
    const betterAuth = await betterAuthReader();
    const signIn =
      ({ base }: Program, requests: Request[], seconds: number) =>
      async () => {
        const requestsOf = () => requests;
        return { [metric]: (await press({ base, connections: 8, warmSeconds: 1, seconds, requestsOf })).perSecond };
      };
    const metrics = await inTurn(
      3,
      { [metric]: '/s' },
      {
        'bcryptjs alone': async () => ({ [metric]: perSecond(await compareAlone('bcryptjs', 12)) }),
        'argon2id alone': async () => ({ [metric]: perSecond(await compareAlone('argon2id', 5)) }),
        'Latchkey, bcrypt': signIn(bcrypt, latchkeySignIns('bcrypt'), 12),
        'Latchkey, argon2id': signIn(argon2id, latchkeySignIns('argon2id'), 5),
        'better-auth': signIn(betterAuth, await betterAuthSignIns(), 5),
      },
      say,
    );
    await Promise.all([bcrypt, argon2id, betterAuth].map((program) => program.stop()));
    return metrics;
  },
};
