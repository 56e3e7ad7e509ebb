import { endpoints } from '@latchkey/contract/endpoints';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { exchange, request } from '../../testing/raw-http.ts';
import { bearer, password, shareLatchkey } from '../../testing/start-latchkey.ts';

/** Values that have broken systems like this one, beside whatever chance brings. */
const nasty = fc.constantFrom<unknown>(
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  "' or 1=1 --",
  '%00',
  '𝕬'.repeat(300),
  'ﷺ'.repeat(256),
  1e308,
  -0,
  [],
  {},
  [[]],
  { $ne: null },
  { toString: 1 },
  'constructor',
  password,
);
const value = fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
const fields = [
  'username',
  'password',
  'email',
  'displayName',
  'delivery',
  'metadata',
  'refresh_token',
  'currentPassword',
  'newPassword',
];
const body = fc.oneof(
  { weight: 3, arbitrary: fc.record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.jsonValue({ stringUnit: 'binary' }) },
);

describe.each(engines)('wild input on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it.each(
    endpoints.filter((endpoint) => endpoint.body).map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]),
  )('no body makes %s answer with a fault or with HTML', async (_name, { method, path }) => {
    const { access_token } = await latchkey().person();
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await latchkey()
          .http[method.toLowerCase() as 'post'](path)
          .set(...bearer(access_token))
          .type('application/json')
          .send(JSON.stringify(sent));
        expect(answer.status, answer.text).toBeLessThan(500);
        if (answer.status !== 204) expect(answer.headers['content-type']).toMatch(/^application\/(problem\+)?json;/);
        if (answer.status >= 400) expect(answer.body.code).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: 40 },
    );
  });

  it('whatever signs in was once set, and nothing else signs in', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
    await fc.assert(
      fc.asyncProperty(line, line, async (set, guess) => {
        const { http } = latchkey();
        const username = `u${fc.sample(fc.uuid(), 1)[0]?.slice(0, 18)}`;
        const registered = await http.post('/api/accounts/register').send({ username, password: set });
        // The policy may refuse it.
        if (registered.status === 422) return;
        expect(registered.status).toBe(201);
        const logIn = (given: string) => http.post('/api/sessions/login').send({ username, password: given });
        expect((await logIn(set.normalize('NFD'))).status).toBe(200);
        expect((await logIn(guess)).status).toBe(guess.normalize('NFKC') === set.normalize('NFKC') ? 200 : 401);
      }),
      { numRuns: 8 },
    );
  });

  it.each([
    '/api/%E0%A4%A',
    '/api/accounts/%',
    '/%00',
    '/api/accounts/me/..%2f..%2fetc/passwd',
    '//api/accounts/me',
    '/api//accounts/me',
    '/api/accounts/me;x=1',
    '/api/accounts/me%20',
    `/${'a/'.repeat(3000)}`,
    'http://[::bad/api/accounts/me',
    'http://localhost/api/nothing',
    '*',
    '/\u00ff',
  ])('the address %.40s is not found', async (target) => {
    const answer = await exchange(latchkey().port, request(target));
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(answer).not.toMatch(/\n\s+at /);
  });
});
