import { describe, expect, it } from 'vitest';
import { comparePassword, type HashKind, hashPassword, isOutdated } from './password-hash.ts';

const kinds = ['bcrypt', 'argon2id'] as const satisfies readonly HashKind[];
/** The cheapest that bcrypt can do. */
const making = (kind: HashKind, bcryptCost = 4) => ({ kind, bcryptCost });

describe.each(kinds)('a password hash while new ones are %s', (today) => {
  it.each(kinds)('fits its password and no other where it is %s', async (kind) => {
    const hash = await hashPassword('right', making(kind));
    expect(hash).toMatch(kind === 'bcrypt' ? /^\$bcrypt-sha256\$/ : /^\$argon2id\$/);
    expect(await comparePassword('right', hash, making(today))).toBe(true);
    expect(await comparePassword('wrong', hash, making(today))).toBe(false);
  });

  it('is outdated where it would be made in another way now', async () => {
    const made = await Promise.all(kinds.map((kind) => hashPassword('any', making(kind))));
    expect(made.map((hash) => isOutdated(hash, making(today)))).toEqual(kinds.map((kind) => kind !== today));
    expect(isOutdated('of no known format', making(today))).toBe(true);
    const [bcrypt = '', argon2id = ''] = made;
    expect(isOutdated(bcrypt, making(today, 5))).toBe(true);
    expect(isOutdated(argon2id.replace('t=2', 't=3'), making(today))).toBe(true);
  });
});

it('bcrypt’s cost does not make an argon2id hash outdated', async () => {
  const hash = await hashPassword('any', making('argon2id', 4));
  expect(isOutdated(hash, making('argon2id', 5))).toBe(false);
});
