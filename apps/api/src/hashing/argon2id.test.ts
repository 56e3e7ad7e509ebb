import { describe, expect, it } from 'vitest';
import { hashPassword, isCurrent, isKnown, verifyPassword } from './argon2id.ts';

/**
 * From the reference implementation (Debian, package argon2, 20171227). Each digest is the output of
 * `printf %s '<password>' | argon2 abcdefghijklmnop -id -k <m> -t <t> -p <p> -l 32 -e`.
 */
const salt = 'YWJjZGVmZ2hpamtsbW5vcA';
const password = 'correct horse battery';
const currentHash = `$argon2id$v=19$m=19456,t=2,p=1$${salt}$llg/ojSc4FazCWICz95MeaZu8l/uVl4EySDy9ZABmQg`;
const madeByReference = [
  [password, currentHash],
  ['Ünïcödé 密码 🔑 long', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$FRoXdtV9iB1BTbebXwLFaVZKBUTU40LW0TlAOk4WMVA`],
  ['x'.repeat(120), `$argon2id$v=19$m=19456,t=2,p=1$${salt}$q1e5wlWf1Vub8ZlD58wTOr4uAjnFms+a/8QGwF2sxbc`],
  [password, `$argon2id$v=19$m=65536,t=3,p=4$${salt}$p+pcUL/IG+SgJc3J+O2W+5M0fpGfw3iONfPDKzkQGEY`],
] as const;

/** Correct hashes of the password, so that only their parameters can be the reason to refuse them. */
const refused = [
  ['more memory', `$argon2id$v=19$m=65537,t=1,p=1$${salt}$m2J27gRW769rDjeC9TqXEYbaXQoQvOAeys7JxA7Ykww`],
  ['more passes', `$argon2id$v=19$m=64,t=6,p=1$${salt}$6ee1sh+93Bb3E+7QJuGJWzQjVh5jDF+cVCuo2COu5Z0`],
  ['another variant, argon2i', `$argon2i$v=19$m=19456,t=2,p=1$${salt}$TFSDfj0gKE9Lh494aiwu09iEJeGHE+XB+FpaTP7ACXg`],
  ['another variant, argon2d', `$argon2d$v=19$m=19456,t=2,p=1$${salt}$S5KMvjhHydr1wViXHcj40qAFSo0lp7lkVY0ztNpuTUw`],
  ['another version', `$argon2id$v=16$m=19456,t=2,p=1$${salt}$JiLYgvxEBNatfB9InaI38B9J1uvbG4U6P5TE6Dl3CBY`],
] as const;

describe('an argon2id hash', () => {
  it.each(madeByReference)('of %.30s from the reference implementation matches', async (given, hash) => {
    expect(await verifyPassword(given, hash)).toBe(true);
    expect(await verifyPassword(`${given}.`, hash)).toBe(false);
  });

  it('has a new salt each time, and names its parameters', async () => {
    const [first, second] = [await hashPassword('same'), await hashPassword('same')];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
    expect(first.split('$')[4]).not.toBe(second.split('$')[4]);
    expect(await verifyPassword('same', first)).toBe(true);
    expect([first, currentHash].map(isCurrent)).toEqual([true, true]);
    expect(isCurrent(madeByReference[3][1])).toBe(false);
  });

  it.each(refused)('that asks for %s is refused, even if the password is right', async (_, hash) => {
    expect(await verifyPassword(password, hash)).toBe(false);
    expect(isKnown(hash)).toBe(false);
  });

  it.each([
    'm=4294967295,t=2,p=1',
    'm=999999,t=2,p=1',
    'm=19456,t=9,p=1',
    'm=19456,t=4294967295,p=1',
    'm=19456,t=2,p=5',
    'm=19456,t=2,p=255',
    'm=0,t=2,p=1',
    'm=7,t=2,p=1',
    'm=31,t=2,p=4',
    'm=19456,t=0,p=1',
    'm=19456,t=2,p=0',
    'm=019456,t=2,p=1',
    'm=+19456,t=2,p=1',
    'm=1e4,t=2,p=1',
    't=2,m=19456,p=1',
    'm=19456,t=2,p=1,keyid=AAAA',
    'm=19456,t=2',
  ])('with the parameters %s matches nothing, and throws nothing', async (parameters) => {
    const hash = currentHash.replace('m=19456,t=2,p=1', parameters);
    expect(await verifyPassword(password, hash)).toBe(false);
    expect([isKnown(hash), isCurrent(hash)]).toEqual([false, false]);
  });

  it('with a missing or extra part matches nothing', async () => {
    const cut = Array.from({ length: currentHash.length }, (_, length) => currentHash.slice(0, length));
    const grown = [
      `${currentHash}=`,
      `${currentHash}A`,
      `${currentHash}\n`,
      ` ${currentHash}`,
      currentHash.replace('v=19$', ''),
    ];
    for (const hash of [...cut, ...grown]) {
      expect([hash, isKnown(hash), await verifyPassword(password, hash)]).toEqual([hash, false, false]);
    }
    expect(await verifyPassword(password, currentHash)).toBe(true);
  });
});
