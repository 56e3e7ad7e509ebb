import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'autocannon';
import { pace, press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import { percentile } from '../statistics.ts';
import {
  betterAuthReader,
  betterAuthSignIns,
  latchkeyData,
  latchkeyReader,
  latchkeySignIns,
  type Reader,
} from '../world.ts';

const [quiet, busy] = ['p99 without sign-ins', 'p99 during sign-ins'];

export const besideSignIns: Part = {
  title: 'Profile reads during sign-ins',
  about:
    'A hundred reads per second in an open loop: first without sign-ins, then while eight connections sign in continuously and both cores hash passwords.',
  targets: [{ what: 'p99 during sign-ins, vs. without', of: [busy, 'Latchkey'], to: [quiet, 'Latchkey'], max: 2 }],
  async measure(say) {
    const latchkey = await latchkeyReader(await latchkeyData());
    const betterAuth = await betterAuthReader();
    const seconds = 8;
    const read = async ({ base, requests }: Reader): Promise<number> => {
      let turn = 0;
      const next = () => {
        const { path = '', headers = {} } = requests[turn++ % requests.length] ?? {};
        return { path, headers: headers as Record<string, string> };
      };
      return percentile(await pace({ base, perSecond: 100, seconds, next }), 99);
    };
    const both = (reader: Reader, signIns: Request[]) => async () => {
      const without = await read(reader);
      const pressing = press({ base: reader.base, connections: 8, seconds: seconds + 2, requestsOf: () => signIns });
      await sleep(1000);
      const beside = await read(reader);
      await pressing;
      return { [quiet]: without, [busy]: beside };
    };
    const kinds = {
      Latchkey: both(latchkey, latchkeySignIns('bcrypt')),
      'better-auth': both(betterAuth, await betterAuthSignIns()),
    };
    say('warming both');
    for (const reader of [latchkey, betterAuth]) await read(reader);
    const metrics = await inTurn(4, { [quiet]: 'ms', [busy]: 'ms' }, kinds, say);
    await Promise.all([latchkey, betterAuth].map((program) => program.stop()));
    return metrics;
  },
};
