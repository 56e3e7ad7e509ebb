import { randomUUID } from 'node:crypto';
import type { Endpoint } from '@latchkey/contract/endpoint';
import { endpoints } from '@latchkey/contract/endpoints';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { exchange, request } from '../../testing/raw-http.ts';
import { bearer, freshName, type Latchkey, password, shareLatchkey } from '../../testing/start-latchkey.ts';

/** Values that have broken systems like this one, in addition to random ones. */
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

/** The name of every field of any endpoint. */
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
  'name',
  'audience',
  'scope',
  'expiresIn',
  'number',
  'token',
];

/** Text that is JSON, nearly JSON, or not JSON at all. */
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] })
      .map((body) => JSON.stringify(body)),
  },
  { weight: 2, arbitrary: fc.jsonValue({ stringUnit: 'binary' }).map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"__proto__":{"role":"admin"},"username":"x"}',
      '{"constructor":{"prototype":{"role":"admin"}}}',
      '{"metadata":{"__proto__":{"x":1},"constructor":1}}',
      '{"username":"somebody","username":"else","password":"a","password":"b"}',
      '{"username":"\\ud800","password":"\\udfff\\u0000"}',
      '{"expiresIn":1e999}',
      '\ufeff{"username":"x"}',
      '{"username":"x",}',
      '{"number":9007199254740993}',
      '['.repeat(40_000),
      '{"metadata":'.repeat(8_000),
      `{"username":"${'x'.repeat(1_000_000)}"}`,
      'token=a&token=b',
      `token=${'%00'.repeat(50)}`,
      'token[__proto__]=x',
    ),
  },
);

const contentType = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/html',
  'application/json, text/html',
  '*/*',
  '',
);

/** Any header that Latchkey or a proxy may read, with any value that a header can have. */
const header = fc.tuple(
  fc.constantFrom(
    'Accept',
    'Accept-Encoding',
    'Authorization',
    'Content-Encoding',
    'Cookie',
    'Expect',
    'Forwarded',
    'If-None-Match',
    'Origin',
    'Prefer',
    'Range',
    'Sec-Fetch-Site',
    'Upgrade',
    'User-Agent',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-HTTP-Method-Override',
    'X-Request-Id',
  ),
  fc.oneof(
    fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
    fc.constantFrom(
      '*',
      'null',
      'Bearer',
      'Bearer a.b.c',
      'latchkey_refresh_5173=a; latchkey_refresh_5173=b',
      'br',
      '::1',
      '100-continue',
      'wait=999',
      '__proto__',
    ),
  ),
);

type Wild = {
  readonly id: string;
  readonly body: string;
  readonly type: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly query: string;
  readonly isSignedIn: boolean;
};
const wild: fc.Arbitrary<Wild> = fc.record({
  id: fc.oneof(
    fc.constantFrom('nothing', '%00', '%2e', '__proto__', '%f0%9f%94%91', randomUUID(), `${randomUUID()}%00`),
    fc.string({ minLength: 1, maxLength: 40 }).map(encodeURIComponent),
  ),
  body: text,
  type: contentType,
  headers: fc.array(header, { maxLength: 3 }),
  query: fc.constantFrom(
    '',
    '?',
    '?before=1',
    '?before=1&before=2',
    '?before[]=1',
    '?__proto__=1',
    '?%00=%ff',
    '?before=-1',
    '?audience=shop&scope=a%20b&role=admin',
    '?audience=%00&scope=%22&role=',
  ),
  isSignedIn: fc.boolean(),
});

/** The bytes of a request, so that no HTTP client corrects them. */
const bytesOf = (
  { method, path }: Endpoint,
  token: string,
  { id, body, type, headers, query, isSignedIn }: Wild,
): Buffer => {
  const content = Buffer.from(body, 'utf8');
  const lines = [
    `${method} ${path.replace(':id', id)}${query} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    ...(isSignedIn ? [`Authorization: Bearer ${token}`] : []),
    ...(type ? [`Content-Type: ${type}`] : []),
    `Content-Length: ${content.length}`,
    ...headers.map(([name, text]) => `${name}: ${text}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
};

const parse = (answer: string) => {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const problem = /content-type: application\/problem\+json/i.test(head) ? JSON.parse(body) : undefined;
  const error = /content-type: application\/json/i.test(head) ? JSON.parse(body).error : undefined;
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body, problem, error };
};

/** Everything that a refused request could change. */
const stateOf = async ({ database: { read, tables } }: Latchkey): Promise<string> =>
  JSON.stringify([
    await read.select().from(tables.users).orderBy(tables.users.id),
    await read.select().from(tables.sessions).orderBy(tables.sessions.id),
    await read.select().from(tables.revocations).orderBy(tables.revocations.sessionId),
  ]);

describe('wild input', () => {
  const both = engines.map((engine) => shareLatchkey(engine));

  it.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    'no input to %s causes an internal error, an HTML answer, or a difference between the databases; a refused one changes nothing',
    async (_name, endpoint) => {
      const name = freshName();
      const people = await Promise.all(
        both.map(async (latchkey) => {
          const { id, access_token } = await latchkey().person({ username: name });
          return { latchkey: latchkey(), id, access_token, state: await stateOf(latchkey()) };
        }),
      );
      await fc.assert(
        fc.asyncProperty(wild, async (sent) => {
          const answers = [];
          for (const person of people) {
            const { latchkey, access_token, state: before } = person;
            const answer = parse(await exchange(latchkey.port, bytesOf(endpoint, access_token, sent)));
            expect(answer.status, answer.head).toBeLessThan(500);
            expect(answer.body).not.toMatch(/<!doctype|<html|\n\s+at /i);
            // An accepted request may have signed the user out or deleted the account.
            if (answer.status < 300 && endpoint.method !== 'GET') {
              person.access_token = (await latchkey.openSessionOf(person.id).catch(() => person)).access_token;
            }
            person.state = await stateOf(latchkey);
            if (answer.status >= 400) {
              expect(answer.problem?.code ?? answer.error, answer.head).toMatch(/^[a-z_]+$/);
              expect(person.state).toBe(before);
            }
            const { code, detail, errors } = answer.problem ?? {};
            answers.push({ status: answer.status, code, detail, errors, error: answer.error });
          }
          expect(answers[0]).toEqual(answers[1]);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('a user name is taken in every case and width, and lookalikes of it are refused', async () => {
    const taken = 'Ada.Lovelace-1';
    const wide = (text: string): string =>
      text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    const lookalikes: Record<string, string> = { a: 'а', e: 'е', o: 'о', c: 'с', l: 'ⅼ', d: 'ԁ' };
    for (const latchkey of both) await latchkey().person({ username: taken });
    const asWritten = fc.array(fc.boolean(), { minLength: taken.length, maxLength: taken.length }).chain((upper) =>
      fc.boolean().map((isWide) => {
        const text = [...taken].map((letter, n) => (upper[n] ? letter.toUpperCase() : letter.toLowerCase())).join('');
        return isWide ? wide(text) : text;
      }),
    );
    const register = (latchkey: Latchkey, username: string) =>
      latchkey.http.post('/api/accounts/register').send({ username, password });
    await fc.assert(
      fc.asyncProperty(asWritten, fc.constantFrom(...Object.keys(lookalikes)), async (same, letter) => {
        const similar = taken.toLowerCase().replace(letter, lookalikes[letter] ?? '');
        for (const latchkey of both) {
          expect((await register(latchkey(), same)).body.code).toBe('username_taken');
          const { body } = await register(latchkey(), similar);
          // A letter that folds to the same one gives the same name; any other is not allowed in a name.
          const isSame = similar.normalize('NFKC') === taken.toLowerCase();
          expect(body.code).toBe(isSame ? 'username_taken' : 'invalid_request');
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe.each(engines)('wild input on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('the password that was set signs in, and no other does', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
    await fc.assert(
      fc.asyncProperty(line, line, async (set, guess) => {
        const { http } = latchkey();
        const username = freshName();
        const registered = await http.post('/api/accounts/register').send({ username, password: set });
        // The password policy may refuse it.
        if (registered.status === 422) return;
        expect(registered.status).toBe(201);
        const logIn = (given: string) => http.post('/api/sessions/login').send({ username, password: given });
        expect((await logIn(set.normalize('NFD'))).status).toBe(200);
        expect((await logIn(guess)).status).toBe(guess.normalize('NFKC') === set.normalize('NFKC') ? 200 : 401);
      }),
      { numRuns: 8 },
    );
  });

  it('every endpoint with a body refuses a megabyte before it is read to the end', async () => {
    // An admin, because permissions are checked before the body.
    const { access_token } = await latchkey().person({ role: 'admin' });
    for (const { method, path, body, encoding, failures } of endpoints) {
      if (!body) continue;
      const { status, body: problem } = await latchkey()
        .http[method.toLowerCase() as 'post'](path.replace(':provider', 'acme'))
        .set(...bearer(access_token))
        .type(encoding ?? 'json')
        .send(encoding ? `token=${'x'.repeat(1_000_000)}` : `{"username":"${'x'.repeat(1_000_000)}"}`);
      expect([path, status, problem.code ?? problem.error]).toEqual(
        failures === 'oauth' ? [path, 400, 'invalid_request'] : [path, 413, 'payload_too_large'],
      );
    }
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
  ])('the path %.40s is not found', async (target) => {
    const answer = await exchange(latchkey().port, request(target));
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(answer).not.toMatch(/\n\s+at /);
  });
});
