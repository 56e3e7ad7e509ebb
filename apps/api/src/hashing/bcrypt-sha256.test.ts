import bcrypt from 'bcryptjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { compareAtCost, costOf, decoyHash, hashPassword, verifyPassword } from './bcrypt-sha256.ts';

/**
 * From passlib 1.7.4 (Debian, python3-passlib):
 * `bcrypt_sha256.using(rounds=10, salt='abcdefghijklmnopqrstuu').hash(password)`.
 */
const madeByPasslib = [
  ['correct horse battery', '$bcrypt-sha256$v=2,t=2b,r=10$abcdefghijklmnopqrstuu$I8bBjPYOSQvtvSVC6jszSDcg8GatO0a'],
  [
    `${'x'.repeat(72)} the tail counts`,
    '$bcrypt-sha256$v=2,t=2b,r=10$abcdefghijklmnopqrstuu$z3vjBr7fLc7fFnHkLpbAUvgRx/Oi8y6',
  ],
  ['Ünïcödé 密码 🔑 long', '$bcrypt-sha256$v=2,t=2b,r=10$abcdefghijklmnopqrstuu$ZE6JDA.dkKY6ljux7fuOepO0vhQ1NR2'],
] as const;

/** The lowest cost of bcrypt, for tests that do not depend on the cost. */
const cheapest = 4;

describe('a password hash', () => {
  it.each(madeByPasslib)('%.30s matches its hash from passlib', (password, hash) => {
    expect(verifyPassword(password, hash)).toBe(true);
    expect(verifyPassword(`${password}.`, hash)).toBe(false);
  });

  it('has a new salt each time, and names its cost', () => {
    const [first, second] = [hashPassword('same', cheapest), hashPassword('same', cheapest)];
    expect(first).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=4\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}$/);
    expect(first).not.toBe(second);
    expect(costOf(first)).toBe(4);
    expect(costOf(madeByPasslib[0][1])).toBe(10);
    expect(verifyPassword('same', first)).toBe(true);
  });

  it('depends on every character, although bcrypt ignores all but 72 bytes', () => {
    const long = 'x'.repeat(255);
    expect(bcrypt.truncates(long)).toBe(true);
    const hash = hashPassword(`${long}1`, cheapest);
    expect(verifyPassword(`${long}1`, hash)).toBe(true);
    expect(verifyPassword(`${long}2`, hash)).toBe(false);
    expect(verifyPassword(long.slice(0, 72), hash)).toBe(false);
  });

  it.each([
    '',
    'plain',
    '$2b$10$abcdefghijklmnopqrstuuI8bBjPYOSQvtvSVC6jszSDcg8GatO0a',
    `${madeByPasslib[0][1]}x`,
    madeByPasslib[0][1].replace('r=10', 'r=16'),
  ])('of unknown format (%.20s) matches nothing and has no cost', (hash) => {
    expect(verifyPassword('correct horse battery', hash)).toBe(false);
    expect(costOf(hash)).toBeUndefined();
  });

  it('the decoy hash costs what a real one costs, and matches nothing', () => {
    expect(costOf(decoyHash(12))).toBe(12);
    expect(costOf(decoyHash(cheapest))).toBe(costOf(hashPassword('any', cheapest)));
    for (const guess of ['', 'ab', '.'.repeat(31)]) expect(verifyPassword(guess, decoyHash(cheapest))).toBe(false);
  });

  it.each([
    ['a current hash', hashPassword('right', 6), 2 ** 6],
    ['a hash of lower cost', hashPassword('right', 5), 2 ** 6],
    ['a hash of the lowest cost', hashPassword('right', cheapest), 2 ** 6],
    ['the decoy hash', decoyHash(6), 2 ** 6],
    ['a hash of unknown format', 'plain', 2 ** 6],
    ['a hash of higher cost', hashPassword('right', 7), 2 ** 7],
  ])(
    'comparing with %s takes at least the rounds of the current cost, for right and wrong passwords',
    (_, hash, expected) => {
      const spy = vi.spyOn(bcrypt, 'hashSync');
      onTestFinished(() => spy.mockRestore());
      for (const password of ['right', 'wrong']) {
        const fits = verifyPassword(password, hash);
        spy.mockClear();
        expect(compareAtCost(password, hash, 6)).toBe(fits);
        const costs = spy.mock.calls.map(([, salt]) => Number(String(salt).slice(4, 6)));
        expect(costs.reduce((rounds, cost) => rounds + 2 ** cost, 0)).toBe(expected);
      }
    },
  );
});
