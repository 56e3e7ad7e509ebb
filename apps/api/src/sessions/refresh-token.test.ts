import { expect, it } from 'vitest';
import { addSeconds } from '../clock.ts';
import { createRefreshTokens } from './refresh-token.ts';

const now = new Date('2026-03-01T12:00:00.500Z');
const session = {
  id: '4f3e2d1c-0b9a-4876-a543-21fedcba9876',
  generation: 3,
  refreshedAt: now,
  expiresAt: addSeconds(now, 90),
};
const makerAt = (moment: Date, appSecrets: readonly [string, ...string[]] = ['one secret']) =>
  createRefreshTokens({
    clock: () => moment,
    issuer: 'us',
    appSecrets,
    idleSeconds: 60,
    sessionSeconds: 90,
    clockToleranceSeconds: 0,
  });

it('is computed from the session alone: the same to the letter, whenever and wherever', () => {
  const token = makerAt(now).sign(session);
  expect(makerAt(addSeconds(now, 5)).sign({ ...session })).toBe(token);
  expect(makerAt(now).sign({ ...session, generation: 4 })).not.toBe(token);
});

it('names session and generation, and works until the session has been idle too long', () => {
  const token = makerAt(now).sign(session);
  const claims = {
    sid: '4f3e2d1c-0b9a-4876-a543-21fedcba9876',
    generation: 3,
    type: 'refresh',
    iss: 'us',
    aud: 'us/api/sessions/refresh',
  };
  expect(makerAt(addSeconds(now, 59)).verify(token)).toMatchObject({ status: 'valid', claims });
  expect(makerAt(addSeconds(now, 60)).verify(token)).toMatchObject({ status: 'expired', claims });
});

it('does not outlive the session', () => {
  const late = { ...session, refreshedAt: addSeconds(now, 80) };
  expect(makerAt(now).deadlineOf(late)).toEqual(session.expiresAt);
  expect(makerAt(addSeconds(now, 90)).verify(makerAt(now).sign(late)).status).toBe('expired');
});

it('made with a previous secret is still ours, made with another is not', () => {
  const token = makerAt(now).sign(session);
  expect(makerAt(now, ['new secret', 'one secret']).verify(token).status).toBe('valid');
  expect(makerAt(now, ['new secret']).verify(token).status).toBe('invalid');
});
