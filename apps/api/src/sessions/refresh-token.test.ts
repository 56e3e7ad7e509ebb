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
const tokensAt = (moment: Date, appSecrets: readonly [string, ...string[]] = ['one secret']) =>
  createRefreshTokens({
    clock: () => moment,
    issuer: 'us',
    appSecrets,
    idleSeconds: 60,
    sessionSeconds: 90,
    clockToleranceSeconds: 0,
  });

it('is computed from the session alone: the same state gives the same token', () => {
  const token = tokensAt(now).sign(session);
  expect(tokensAt(addSeconds(now, 5)).sign({ ...session })).toBe(token);
  expect(tokensAt(now).sign({ ...session, generation: 4 })).not.toBe(token);
});

it('has the claims sid and generation, and expires after the idle time', () => {
  const token = tokensAt(now).sign(session);
  const claims = {
    sid: '4f3e2d1c-0b9a-4876-a543-21fedcba9876',
    generation: 3,
    type: 'refresh',
    iss: 'us',
    aud: 'us/api/sessions/refresh',
  };
  expect(tokensAt(addSeconds(now, 59)).verify(token)).toMatchObject({ status: 'valid', claims });
  expect(tokensAt(addSeconds(now, 60)).verify(token)).toMatchObject({ status: 'expired', claims });
});

it('does not outlive the session', () => {
  const late = { ...session, refreshedAt: addSeconds(now, 80) };
  expect(tokensAt(now).deadlineOf(late)).toEqual(session.expiresAt);
  expect(tokensAt(addSeconds(now, 90)).verify(tokensAt(now).sign(late)).status).toBe('expired');
});

it('signed with a previous secret is valid, signed with another is not', () => {
  const token = tokensAt(now).sign(session);
  expect(tokensAt(now, ['new secret', 'one secret']).verify(token).status).toBe('valid');
  expect(tokensAt(now, ['new secret']).verify(token).status).toBe('invalid');
});
