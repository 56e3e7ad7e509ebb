import { expect, it, onTestFinished } from 'vitest';
import { password, passwordHash, slowPasswordHash } from '../../testing/start-latchkey.ts';
import { Problem } from '../http/problem.ts';
import { costOf, decoyHash } from './password-hash.ts';
import { createPasswordHasher } from './password-hasher.ts';

const startHasher = (cost = 10, threads = 1) => {
  const hasher = createPasswordHasher(cost, threads);
  onTestFinished(hasher.close);
  return hasher;
};

it('hashes at the cost that it was given, and knows its own', async () => {
  const hasher = startHasher(11);
  const hash = await hasher.hash(password);
  expect(costOf(hash)).toBe(11);
  expect(await hasher.matches(password, hash)).toBe(true);
  expect(await hasher.matches('another', hash)).toBe(false);
  expect(hasher.isOutdated(hash)).toBe(false);
  expect(hasher.isOutdated(passwordHash)).toBe(true);
  expect(hasher.isOutdated(slowPasswordHash)).toBe(true);
  expect(hasher.isOutdated('of no known format')).toBe(true);
});

it('where there is no hash, nothing fits', async () => {
  const hasher = startHasher();
  expect(await hasher.matches(password, undefined)).toBe(false);
  expect(costOf(decoyHash(10))).toBe(costOf(passwordHash));
});

it('when too many wait, the rest are told when to come back, and those who wait are served', async () => {
  const hasher = startHasher();
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.matches(password, passwordHash)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  expect(refused.length).toBeGreaterThan(10);
  for (const problem of refused) {
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  }
  const served = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(served.length).toBeGreaterThanOrEqual(16);
  expect(served.every(({ value }) => value)).toBe(true);
  expect(await hasher.matches(password, passwordHash)).toBe(true);
});

it('says at which field a new password is refused, and why', async () => {
  const hasher = startHasher();
  await expect(hasher.hashNew('newPassword', 'password123', { username: 'ada' })).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ path: 'newPassword', message: expect.stringContaining('attackers try first') }],
  });
  const owner = { username: 'ada', email: 'countess@example.com', displayName: 'Augusta King' };
  for (const [like, name] of [
    ['countess1815', 'e-mail address'],
    ['AugustaKing', 'your name'],
  ] as const) {
    await expect(hasher.hashNew('password', like, owner)).rejects.toMatchObject({
      errors: [{ path: 'password', message: expect.stringContaining(name) }],
    });
  }
  expect(costOf(await hasher.hashNew('password', password, owner))).toBe(10);
});
