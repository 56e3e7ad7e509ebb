import { oauthErrorOf } from '@latchkey/contract/oauth-errors';
import { type ProblemBody, type ProblemCode, problems } from '@latchkey/contract/problems';
import type { Response } from 'supertest';
import { expect } from 'vitest';

/** Checks the properties that every problem has. Returns the body for further checks. */
export const expectProblem = (answer: Response, code: ProblemCode): ProblemBody => {
  expect(answer.body).toMatchObject({ code, ...problems[code], type: `urn:latchkey:problem:${code}` });
  expect(answer.status).toBe(problems[code].status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'x-request-id': answer.body.requestId,
    'x-content-type-options': 'nosniff',
    ...(answer.status === 401 && { 'www-authenticate': expect.stringMatching(/^Bearer realm="latchkey"/) }),
    ...(answer.status === 503 && { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) }),
  });
  expect(answer.body.detail).not.toBe('');
  // No stack and no HTML.
  expect(answer.text).not.toMatch(/\n\s+at |node_modules|<!doctype|<html/i);
  return answer.body;
};

/** Checks the OAuth error (RFC 6749 §5.2) that corresponds to this problem. */
export const expectOAuthError = (answer: Response, code: ProblemCode): void => {
  const { status, error } = oauthErrorOf(code);
  const scheme = code === 'invalid_client' ? 'Basic' : 'Bearer';
  expect(answer.body).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': expect.any(String),
    ...(status === 401 && { 'www-authenticate': expect.stringMatching(`^${scheme} realm="latchkey"`) }),
    ...((status === 503 || status === 429) && { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) }),
  });
};
