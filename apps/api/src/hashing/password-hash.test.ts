import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePassword, type HashKind, hashPassword, isOutdated } from './password-hash.ts';

const kinds = ['bcrypt', 'argon2id'] as const satisfies readonly HashKind[];
/** The lowest cost of bcrypt. */
const making = (kind: HashKind, bcryptCost = 4) => ({ kind, bcryptCost });

describe.each(kinds)('a password hash when new ones are %s', (current) => {
  it.each(kinds)('of kind %s matches its password and no other', async (kind) => {
    const hash = await hashPassword('right', making(kind));
    expect(hash).toMatch(kind === 'bcrypt' ? /^\$bcrypt-sha256\$/ : /^\$argon2id\$/);
    expect(await comparePassword('right', hash, making(current))).toBe(true);
    expect(await comparePassword('wrong', hash, making(current))).toBe(false);
  });

  it('matches its password in every Unicode form, and no other password', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const hash = await hashPassword(one, making(current));
        expect(await comparePassword(one.normalize('NFD'), hash, making(current))).toBe(true);
        expect(await comparePassword(one.normalize('NFKC'), hash, making(current))).toBe(true);
        const isSame = one.normalize('NFKC') === other.normalize('NFKC');
        expect(await comparePassword(other, hash, making(current))).toBe(isSame);
      }),
      { numRuns: current === 'argon2id' ? 20 : 100 },
    );
  });

  it('is outdated if its kind or cost is not the current one', async () => {
    const made = await Promise.all(kinds.map((kind) => hashPassword('any', making(kind))));
    expect(made.map((hash) => isOutdated(hash, making(current)))).toEqual(kinds.map((kind) => kind !== current));
    expect(isOutdated('of no known format', making(current))).toBe(true);
    const [bcrypt = '', argon2id = ''] = made;
    expect(isOutdated(bcrypt, making(current, 5))).toBe(true);
    expect(isOutdated(argon2id.replace('t=2', 't=3'), making(current))).toBe(true);
  });
});

it('bcrypt’s cost does not make an argon2id hash outdated', async () => {
  const hash = await hashPassword('any', making('argon2id', 4));
  expect(isOutdated(hash, making('argon2id', 5))).toBe(false);
});
