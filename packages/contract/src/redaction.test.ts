import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { rates } from './limits.ts';
import { secretFields } from './redaction.ts';

it('names every field of the API that logs must hide', () => {
  expect(secretFields(endpoints)).toEqual(
    new Set([
      'password',
      'attempt',
      'currentPassword',
      'newPassword',
      'access_token',
      'refresh_token',
      'id_token',
      'token',
      'code_verifier',
      'client_secret',
      'client_assertion',
      'device_code',
    ]),
  );
});

it('finds what is marked in a body or an answer, and nothing else', () => {
  const secret = z.string().check(z.meta({ 'x-secret': true }));
  const example = endpoint({
    method: 'POST',
    path: '/api/example',
    summary: 'An example',
    access: 'public',
    rate: rates.reading,
    body: z.strictObject({ pin: z.optional(secret), colour: z.string() }),
    status: 200,
    response: z.object({ key: secret, name: z.string() }),
    problems: [],
  });
  expect(secretFields([example])).toEqual(new Set(['pin', 'key']));
});
