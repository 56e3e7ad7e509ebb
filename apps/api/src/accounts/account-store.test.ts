import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freshName, type Latchkey, passwordHash, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { fold } from '../fold.ts';
import { newAccount } from './new-account.ts';

/** SHA-256, written like an id. */
const uuidOf = (text: string): string => {
  const digits = createHash('sha256').update(text).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
};

describe.each(engines)('accounts on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('reads back what was written, to the millisecond and to the letter', async () => {
    const { accounts } = latchkey();
    const given = {
      username: `Ada-${freshName()}`,
      displayName: 'Ада 🔑 “x”',
      email: 'Ada@Example.com',
      emailVerifiedAt: new Date('2026-02-28T23:59:59.999Z'),
      disabledAt: new Date('1969-12-31T23:59:59.001Z'),
      metadata: { z: [1, 2.5, null, true], a: { b: 'ü' } },
      role: 'admin',
    } as const;
    const { id } = await latchkey().person(given);
    const now = latchkey().clock.now();
    expect(await accounts.findById(id)).toEqual({
      ...given,
      id,
      usernameFolded: given.username.toLowerCase(),
      emailFolded: 'ada@example.com',
      passwordHash,
      createdAt: now,
      updatedAt: now,
    });
  });

  it('one account only can have proved an address', async () => {
    const proved = { email: `${freshName()}@example.com`, emailVerifiedAt: new Date() };
    await latchkey().person(proved);
    const { database, accounts } = latchkey();
    const { id } = await latchkey().person();
    const account = await accounts.findById(id);
    if (!account) throw new Error('nobody there');
    const second = { ...account, ...proved, id: freshName(), username: freshName() };
    expect(await database.transaction((write) => accounts.insert(write, second))).toBeUndefined();
  });

  describe('for a name that nobody has', () => {
    /** Ids as random as any, but the same each time; of ten accounts three have a hash of the old kind. */
    const others = Array.from({ length: 200 }, (_, number) => ({
      id: uuidOf(`account ${number}`),
      passwordHash: `${number % 10 < 3 ? 'old' : 'new'} ${number}`,
    }));
    const crowd = shareLatchkey(engine);
    const add = ({ accounts, database, clock }: Latchkey, people: typeof others) =>
      database.transaction(async (write) => {
        for (const { id, passwordHash } of people) {
          await accounts.insert(write, { ...newAccount({ username: id, passwordHash }, clock.now()), id });
        }
      });
    beforeAll(() => add(crowd(), others));

    it('there is one hash, and the same each time, of whoever comes next in the order of ids', async () => {
      const { accounts } = crowd();
      const inOrder = others.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (name) => {
          const next = inOrder.find(({ id }) => id >= uuidOf(fold(name)));
          const expected = (next ?? inOrder[0])?.passwordHash;
          expect(await accounts.findDecoyHash(name)).toBe(expected);
          expect(await accounts.findDecoyHash(name)).toBe(expected);
        }),
        { numRuns: 60 },
      );
      expect(await accounts.findDecoyHash('ＧRACE')).toBe(await accounts.findDecoyHash('grace'));
    });

    it('kinds of hashes are as frequent as among accounts', async () => {
      const { accounts } = crowd();
      const found: (string | undefined)[] = [];
      // One after the other: of a thousand at once the last would wait for a connection for longer than may be.
      for (let n = 0; n < 1000; n++) found.push(await accounts.findDecoyHash(`nobody-${n}`));
      const share = found.filter((hash) => hash?.startsWith('old')).length / found.length;
      expect(Math.abs(share - 0.3)).toBeLessThan(0.1);
      expect(new Set(found).size).toBeGreaterThan(150);
    });

    it('the last place is followed by the first, and where nobody is there is no hash', async () => {
      const latchkey = await startLatchkey(engine);
      expect(await latchkey.accounts.findDecoyHash(freshName())).toBeUndefined();
      await add(latchkey, others.slice(0, 1));
      for (let n = 0; n < 10; n++) expect(await latchkey.accounts.findDecoyHash(freshName())).toBe('old 0');
    });
  });
});
