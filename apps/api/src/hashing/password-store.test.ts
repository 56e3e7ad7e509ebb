import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freshName, type Latchkey, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { newAccount } from '../accounts/new-account.ts';
import { fold } from '../fold.ts';

/** SHA-256, formatted as an id. */
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

describe.each(engines)('for an unknown name, on $name', (engine) => {
  /** Uniform ids, the same each time. Three of ten accounts have a hash of the old kind. */
  const others = Array.from({ length: 200 }, (_, number) => ({
    id: uuidOf(`account ${number}`),
    hash: `${number % 10 < 3 ? 'old' : 'new'} ${number}`,
  }));
  const crowd = shareLatchkey(engine);
  const decoyOf = async ({ services }: Latchkey, name: string) => (await services.passwords.findForLogIn(name))?.hash;
  const add = ({ accounts, database, clock, services }: Latchkey, people: typeof others) =>
    database.transaction(async (write) => {
      for (const { id, hash } of people) {
        await accounts.insert(write, { ...newAccount({ username: id }, clock.now()), id });
        await services.passwords.set(write, { userId: id, hash, updatedAt: clock.now() });
      }
    });
  beforeAll(() => add(crowd(), others));

  it('the decoy is the hash of the next account in the order of ids', async () => {
    const inOrder = others.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (name) => {
        const next = inOrder.find(({ id }) => id >= uuidOf(fold(name)));
        const expected = (next ?? inOrder[0])?.hash;
        expect(await decoyOf(crowd(), name)).toBe(expected);
        expect(await decoyOf(crowd(), name)).toBe(expected);
      }),
      { numRuns: 60 },
    );
    expect(await decoyOf(crowd(), 'ＧRACE')).toBe(await decoyOf(crowd(), 'grace'));
  });

  it('kinds of hashes are as frequent as among accounts', async () => {
    const found: (string | undefined)[] = [];
    // Sequential: of a thousand concurrent reads, the last would wait too long for a connection.
    for (let n = 0; n < 1000; n++) found.push(await decoyOf(crowd(), `nobody-${n}`));
    const share = found.filter((hash) => hash?.startsWith('old')).length / found.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.1);
    expect(new Set(found).size).toBeGreaterThan(150);
  });

  it('the first account follows the last, and without accounts there is no decoy', async () => {
    const latchkey = await startLatchkey(engine);
    expect(await decoyOf(latchkey, freshName())).toBeUndefined();
    await add(latchkey, others.slice(0, 1));
    for (let n = 0; n < 10; n++) expect(await decoyOf(latchkey, freshName())).toBe('old 0');
  });
});
