import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { exchange } from '../../testing/raw-http.ts';
import { bearer, freshName, password, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('a body on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const form = 'application/x-www-form-urlencoded';
  const post = (body: string | Buffer, type = 'application/json', path = '/api/sessions/login') =>
    latchkey()
      .http.post(path)
      .set('Content-Type', type)
      // superagent would serialize a Buffer as JSON.
      .serialize((sent) => sent as unknown as string)
      .send(body as string);

  it.each(['{', '{"a":1', "{'a':1}", 'nonsense', '{"a":1}{"b":2}', '{"a":01}', '{"a":NaN}', '\u00a0', '{"a":"\n"}'])(
    '%j is malformed JSON',
    async (body) => {
      expectProblem(await post(body), 'malformed_json');
    },
  );

  it.each(['[]', '[{"username":"ada"}]', '"text"', '42', 'true', 'null'])(
    '%s is valid JSON, but not an object, and is refused',
    async (body) => {
      expectProblem(await post(body), 'invalid_request');
    },
  );

  it('in malformed UTF-8 is refused, not repaired', async () => {
    const good = JSON.stringify({ username: freshName(), password });
    const broken = Buffer.concat([Buffer.from(good.slice(0, -3)), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]);
    expectProblem(await post(broken), 'malformed_json');
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/jsonp'],
    ['application/json; charset=latin1'],
    ['application/json; charset=utf-7'],
    ['application/json; charset=utf-16'],
    ['application/json; charset="UTF-32"'],
    ['json'],
  ])('of type %s is refused', async (type) => {
    expectProblem(await post('{}', type), 'unsupported_media_type');
  });

  it.each(['iso-8859-1', 'utf-16', 'utf-7'])('that is a form in %s is refused', async (charset) => {
    const answer = latchkey()
      .http.post('/api/oauth/revoke')
      .set('Content-Type', `application/x-www-form-urlencoded; charset=${charset}`);
    expectOAuthError(await answer.send('token=x'), 'unsupported_media_type');
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="UTF-8"'])(
    'of type %s is accepted',
    async (type) => {
      expectProblem(await post('{}', type), 'invalid_request');
    },
  );

  it('in gzip is refused, because a small body could expand to a large one', async () => {
    const answer = await post(gzipSync('{}')).set('Content-Encoding', 'gzip');
    expectProblem(answer, 'unsupported_media_type');
  });

  it('can have 100 kB, but not more', async () => {
    const ofBytes = (bytes: number) => `{"x":"${'y'.repeat(bytes - 8)}"}`;
    expectProblem(await post(ofBytes(102_400)), 'invalid_request');
    expectProblem(await post(ofBytes(102_401)), 'payload_too_large');
    expectProblem(await post(ofBytes(5_000_000)), 'payload_too_large');
  });

  it('in chunks has the same limit', async () => {
    const chunk = `${(20_000).toString(16)}\r\n${' '.repeat(20_000)}\r\n`;
    const head =
      'POST /api/sessions/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await exchange(latchkey().port, `${head}${chunk.repeat(4)}2\r\n{}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1.1 422 /);
    expect(await exchange(latchkey().port, `${head}${chunk.repeat(6)}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
  });

  it.each([
    ['a thousand fields and one', 'a=1&'.repeat(1_000), {}, 'payload_too_large'],
    ['broken UTF-8', Buffer.from([0x74, 0xff]), {}, 'invalid_request'],
    ['another charset', 'token=x', { 'Content-Type': `${form}; charset=latin1` }, 'unsupported_media_type'],
    ['compression', gzipSync('token=x'), { 'Content-Encoding': 'gzip' }, 'unsupported_media_type'],
    ['over 100 kB', `token=${'x'.repeat(102_400)}`, {}, 'payload_too_large'],
    ['brackets', `token${'[a]'.repeat(200)}=x`, {}, 'invalid_request'],
    ['a list', 'token=a&token=b', {}, 'invalid_request'],
  ] as const)('that is a form with %s is refused, and logs no internal error', async (_what, body, headers, code) => {
    const answer = await post(body, form, '/api/oauth/revoke').set(headers);
    expectOAuthError(answer, code);
    expect(latchkey().logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it.each([
    'application/json; charset="',
    'application/json; charset=',
    'application/json; charset=nothing',
    'application/json; =',
    'application/json;;',
    'application/json; a="\\',
    'application/json/json',
  ])('of the unusual type %s is accepted or refused, and never an internal error', async (type) => {
    expect((await post('{}', type)).status).toBeOneOf([415, 422]);
  });

  it('whose client disconnects leaves one log line without a status, and no internal error', async () => {
    const { port, logLines } = latchkey();
    const before = logLines.length;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /api/sessions/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Content-Length: 100\r\nExpect: 100-continue\r\n\r\n{"username"',
    );
    // The server sends 100 Continue once it handles the request.
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await expect.poll(() => logLines.length).toBeGreaterThan(before);
    // After the answer to a later request, the first one has been logged.
    await latchkey().http.get('/health/live').expect(200);
    await expect.poll(() => logLines.length).toBeGreaterThan(before + 1);
    const lines = logLines.slice(before).map((line) => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ level: 30, path: '/api/sessions/login', aborted: true }),
      expect.objectContaining({ level: 30, path: '/health/live', status: 200 }),
    ]);
    expect(lines[0]).not.toHaveProperty('status');
  });

  it('nested forty thousand levels deep is refused as invalid', async () => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    expectProblem(await post(deep), 'invalid_request');
    expectProblem(await post(`{"username":${deep}}`), 'invalid_request');
    expectProblem(await post(`${'{"a":'.repeat(17_000)}1${'}'.repeat(17_000)}`.slice(0, 102_000)), 'malformed_json');
  });

  it('that is missing counts as an empty object', async () => {
    await latchkey().http.post('/api/sessions/logout').expect(204);
    const { errors } = expectProblem(await latchkey().http.post('/api/sessions/login'), 'invalid_request');
    expect(errors).toEqual([
      { path: 'username', code: 'missing', message: 'User name is missing.' },
      { path: 'password', code: 'missing', message: 'Password is missing.' },
    ]);
  });

  it('with unknown fields is refused, and each is named', async () => {
    const { errors } = expectProblem(
      await post('{"username":"ada","password":"x","admin":true,"__proto__":{"a":1},"constructor":1}'),
      'invalid_request',
    );
    expect(errors?.map(({ path }) => path).sort()).toEqual(['__proto__', 'admin', 'constructor']);
  });

  it('with a thousand unknown fields gets twenty errors', async () => {
    const body = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field-${n}`, 1]));
    const answer = await latchkey().http.post('/api/sessions/login').send(body);
    expect(expectProblem(answer, 'invalid_request').errors).toHaveLength(20);
    expect(answer.text.length).toBeLessThan(5_000);
  });

  it('is not read before the client is authenticated', async () => {
    expectProblem(await latchkey().http.patch('/api/accounts/me').send({ nonsense: 1 }), 'token_missing');
  });

  it('is ignored by an endpoint without a body', async () => {
    const { access_token } = await latchkey().person();
    await latchkey()
      .http.get('/api/accounts/me')
      .set(...bearer(access_token))
      .type('text/plain')
      .send('nonsense')
      .expect(200);
  });
});
