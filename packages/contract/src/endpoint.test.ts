import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Endpoint, endpoint, problemsOf } from './endpoint.ts';
import { endpoints as served } from './endpoints.ts';
import { rates } from './limits.ts';

const endpoints: readonly Endpoint[] = served;

const plain = endpoint({
  method: 'GET',
  path: '/api/example',
  summary: 'An example',
  access: 'public',
  rate: rates.reading,
  status: 200,
  problems: [],
});

it.each(endpoints.filter(({ path }) => path.includes('/:')))(
  'every parameter of $method $path has a schema',
  (call) => {
    const names = [...call.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const { properties = {} } = call.params ? z.toJSONSchema(call.params) : {};
    expect(Object.keys(properties)).toEqual(names);
  },
);

it('each call may fail in its own ways, and in those that its shape implies', () => {
  const [withBody, withSession, withRules, offline, bare] = [
    problemsOf({ ...plain, body: z.strictObject({}), problems: ['username_taken'] }),
    problemsOf({ ...plain, access: 'session' }),
    problemsOf({ ...plain, access: 'session', permission: 'tokens:issue', freshSeconds: 300 }),
    problemsOf({ ...plain, asksDatabase: false }),
    problemsOf(plain),
  ];
  expect([...withBody].sort()).toEqual([
    'internal_error',
    'invalid_request',
    'malformed_json',
    'payload_too_large',
    'too_many_attempts',
    'unavailable',
    'unsupported_media_type',
    'username_taken',
  ]);
  expect([...withSession].sort()).toEqual([
    'internal_error',
    'session_required',
    'token_expired',
    'token_invalid',
    'token_missing',
    'token_revoked',
    'too_many_attempts',
    'unavailable',
  ]);
  expect([...withRules]).toEqual(
    expect.arrayContaining([...withSession, 'permission_missing', 'insufficient_user_authentication']),
  );
  expect([...offline].sort()).toEqual(['internal_error', 'too_many_attempts']);
  expect([...bare].sort()).toEqual(['internal_error', 'too_many_attempts', 'unavailable']);
});

it.each(endpoints.filter(({ permission, freshSeconds }) => permission || freshSeconds))(
  '$method $path knows the account that its rules are about',
  ({ access, freshSeconds }) => {
    expect(access).not.toBe('public');
    if (freshSeconds) expect(access).toBe('session');
  },
);

it('a call that works without the database needs neither token nor body', () => {
  for (const { access, body } of endpoints.filter(({ asksDatabase }) => asksDatabase === false)) {
    expect({ access, body }).toEqual({ access: 'public', body: undefined });
  }
});
