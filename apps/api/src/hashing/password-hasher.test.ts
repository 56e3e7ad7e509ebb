import { expect, it, onTestFinished } from 'vitest';
import { password, passwordHash } from '../../testing/start-latchkey.ts';
import { Problem } from '../problem.ts';
import { costOf, decoyHash } from './bcrypt-sha256.ts';
import type { HashKind } from './password-hash.ts';
import { createPasswordHasher } from './password-hasher.ts';

const kinds = ['bcrypt', 'argon2id'] as const satisfies readonly HashKind[];

const startHasher = (cost = 4, threads = 1, kind: HashKind = 'bcrypt', sleep = async (_milliseconds: number) => {}) => {
  const hasher = createPasswordHasher({ kind, bcryptCost: cost }, threads, sleep);
  onTestFinished(hasher.close);
  return hasher;
};

it('hashes at the configured cost, and recognizes other costs as outdated', async () => {
  const hasher = startHasher(5);
  const hash = await hasher.hash(password, 'here');
  expect(costOf(hash)).toBe(5);
  expect(await hasher.matches(password, hash, 'here')).toBe(true);
  expect(await hasher.matches('another', hash, 'here')).toBe(false);
  expect(hasher.isOutdated(hash)).toBe(false);
  expect(hasher.isOutdated(passwordHash)).toBe(true);
  expect(hasher.isOutdated(passwordHash.replace('r=4', 'r=6'))).toBe(true);
  expect(hasher.isOutdated('of no known format')).toBe(true);
});

it('without a hash, no password matches', async () => {
  const hasher = startHasher();
  expect(await hasher.matches(password, undefined, 'here')).toBe(false);
  expect(costOf(decoyHash(4))).toBe(costOf(passwordHash));
});

it.each(kinds)('a new password becomes a hash of the configured kind, %s', async (kind) => {
  const hasher = startHasher(4, 1, kind);
  for (const hash of [
    await hasher.hash(password, 'here'),
    await hasher.hashNew('password', password, { username: 'ada' }, 'here'),
  ]) {
    expect(hash).toMatch(kind === 'bcrypt' ? /^\$bcrypt-sha256\$/ : /^\$argon2id\$/);
    expect(hasher.isOutdated(hash)).toBe(false);
    expect(await hasher.matches(password, hash, 'here')).toBe(true);
  }
});

it.each(kinds)(
  'when the queue is full, further tasks are refused with Retry-After, and the waiting ones run',
  async (kind) => {
    const hasher = startHasher(4, 1, kind);
    const hash = await hasher.hash(password, 'here');
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.matches(password, hash, 'here')));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    expect(refused.length).toBeGreaterThan(10);
    for (const problem of refused) {
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
    }
    const served = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(served.length).toBeGreaterThanOrEqual(16);
    expect(served.every(({ value }) => value)).toBe(true);
    expect(await hasher.matches(password, hash, 'here')).toBe(true);
  },
);

it('a refusal is held back for about a second, so that a client that tries again at once does not keep the server busy', async () => {
  const pauses: number[] = [];
  const hasher = startHasher(4, 1, 'bcrypt', async (milliseconds) => void pauses.push(milliseconds));
  const hash = await hasher.hash(password, 'here');
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.matches(password, hash, 'here')));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(pauses).toHaveLength(refused.length);
  expect(refused.length).toBeGreaterThan(0);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_500);
});

it('an attempt that would find the queue full is refused before it reaches the database', async () => {
  const hasher = startHasher();
  const hash = await hasher.hash(password, 'flood');
  await hasher.requireRoom('flood');
  const flood = Promise.allSettled(Array.from({ length: 40 }, () => hasher.matches(password, hash, 'flood')));
  await expect(hasher.requireRoom('flood')).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  // Another network would displace the flood.
  await hasher.requireRoom('elsewhere');
  await flood;
  await hasher.requireRoom('flood');
});

it('a new password like the name that the operator gave this service is refused', async () => {
  const hasher = createPasswordHasher({ kind: 'bcrypt', bcryptCost: 4, appName: 'Acme Accounts' }, 1);
  onTestFinished(hasher.close);
  await expect(hasher.hashNew('password', 'acmeaccounts1', { username: 'ada' }, 'here')).rejects.toMatchObject({
    errors: [{ path: 'password', code: 'weak_password', message: expect.stringContaining('name of this service') }],
  });
});

it('a refused new password is reported at its field, with the reason', async () => {
  const hasher = startHasher();
  await expect(hasher.hashNew('newPassword', 'password123', { username: 'ada' }, 'here')).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ path: 'newPassword', code: 'weak_password', message: expect.stringContaining('attackers try first') }],
  });
  const owner = { username: 'ada', email: 'countess@example.com', displayName: 'Augusta King' };
  for (const [like, name] of [
    ['countess1815', 'e-mail address'],
    ['AugustaKing', 'your name'],
  ] as const) {
    await expect(hasher.hashNew('password', like, owner, 'here')).rejects.toMatchObject({
      errors: [{ path: 'password', code: 'weak_password', message: expect.stringContaining(name) }],
    });
  }
  expect(costOf(await hasher.hashNew('password', password, owner, 'here'))).toBe(4);
});

it('a flood from one network makes another wait for about one hash', async () => {
  const hasher = startHasher(8);
  const hash = await hasher.hash(password, 'flood');
  const finished: string[] = [];
  const compare = async (network: string): Promise<void> => {
    await hasher.matches(password, hash, network);
    finished.push(network);
  };
  const flood = Array.from({ length: 16 }, () => compare('flood'));
  await Promise.all([...flood, compare('another')]);
  // Two were running, and a third may have started.
  expect(finished.indexOf('another')).toBeLessThanOrEqual(3);
});

it('a network that fills the queue does not lock out another', async () => {
  const hasher = startHasher();
  const hash = await hasher.hash(password, 'flood');
  const flood = Promise.allSettled(Array.from({ length: 150 }, () => hasher.matches(password, hash, 'flood')));
  const others = Array.from({ length: 5 }, (_, n) => hasher.matches(password, hash, `network ${n}`));
  expect(await Promise.all(others)).toEqual(Array(5).fill(true));
  const served = (await flood).filter(({ status }) => status === 'fulfilled');
  expect(served.length).toBeGreaterThanOrEqual(10);
});
