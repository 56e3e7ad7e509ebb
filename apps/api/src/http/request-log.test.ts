import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { exchange, request } from '../../testing/raw-http.ts';
import { bearer, freshName, fromOwnPage, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('the log on $name', (engine) => {
  const parse = (line: string) => JSON.parse(line);

  it('has one flat line for each request, with the id of the answer', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token, id } = await latchkey.person();
    const answers = [
      await latchkey.me(access_token).query('code=secret'),
      await latchkey.http.get('/api/nothing'),
      await latchkey.http.post('/api/sessions/logout').set(...bearer(access_token)),
    ];
    expectProblem(answers[1] as (typeof answers)[0], 'not_found');
    await expect.poll(() => latchkey.logLines).toHaveLength(3);
    const common = { level: 30, time: expect.any(Number), milliseconds: expect.any(Number) };
    expect(latchkey.logLines.map(parse)).toEqual(
      [
        { method: 'GET', path: '/api/accounts/me', status: 200, userId: id },
        { method: 'GET', path: '/api/nothing', status: 404, code: 'not_found' },
        { method: 'POST', path: '/api/sessions/logout', status: 204 },
      ].map((line, at) => ({ ...common, ...line, requestId: answers[at]?.headers['x-request-id'] })),
    );
  });

  it('contains neither a password nor a token from a URL', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    await exchange(latchkey.port, request('http://ada:kettles@localhost/api/nothing'));
    await latchkey.http.get(`/api/tokens/${access_token}`);
    await expect.poll(() => latchkey.logLines).toHaveLength(2);
    expect(latchkey.logLines.map(parse).map(({ path }) => path)).toEqual(['/api/nothing', '/api/tokens/[token]']);
  });

  it('truncates a long path, and hides a token in it in any encoding', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    const encoded = access_token.replaceAll('.', '%2E').replaceAll('eyJ', '%65%79%4A');
    const paths = [encoded, `x/${access_token}`, 'eyJ'.repeat(5300), 'a/'.repeat(8000), `${'a/'.repeat(90)}${encoded}`];
    for (const path of paths) await exchange(latchkey.port, request(`/api/tokens/${path}`));
    await expect.poll(() => latchkey.logLines).toHaveLength(paths.length);
    const logged = latchkey.logLines.map((line) => parse(line).path.replace('/api/tokens/', ''));
    expect(logged.slice(0, 3)).toEqual(['[token]', 'x/[token]', '[token]']);
    for (const path of logged) expect(path.length).toBeLessThanOrEqual(200);
    expect(latchkey.logLines.join('')).not.toContain(encoded.slice(-100, -60));
  });

  it('reports a database fault with the request id and the cause', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    await latchkey.closeDatabase();
    const { requestId } = expectProblem(await latchkey.me(access_token), 'unavailable');
    const [line] = latchkey.logLines.map(parse).filter(({ level }) => level === 50);
    expect(line).toMatchObject({ requestId, code: 'unavailable', msg: 'request failed' });
    expect(line.error.message).not.toBe('');
    expect(line.error.stack).toContain('\n');
  });

  it('never contains a password, token, cookie or hash, even at level trace and when queries fail', async () => {
    const latchkey = await startLatchkey(engine, { settings: { LOG_LEVEL: 'trace' } });
    const { http } = latchkey;
    const [username, password, newPassword] = [freshName(), 'a secret pass-phrase', 'another secret pass-phrase'];
    const registered = await http.post('/api/accounts/register').send({ username, password }).expect(201);
    const signedIn = await http
      .post('/api/sessions/login')
      .set(fromOwnPage)
      .send({ username, password, delivery: 'cookie' })
      .expect(200);
    const [cookie = ''] = signedIn.headers['set-cookie']?.[0]?.split(';') ?? [];
    const refreshed = await http.post('/api/sessions/refresh').set(fromOwnPage).set('Cookie', cookie).expect(200);
    const token = refreshed.body.access_token;
    const hash = (await latchkey.services.passwords.findHash(registered.body.user.id)) ?? '';
    await http
      .post('/api/passwords/change')
      .set(...bearer(token))
      .send({ currentPassword: password, newPassword })
      .expect(204);
    await http
      .post('/api/sessions/login')
      .send({ username, password: `wrong ${password}` })
      .expect(401);
    await http.post('/api/sessions/login').type('application/json').send(`{"password":"${password}`).expect(400);

    // Drizzle quotes the values of a failed query: here a hash, and the text of a profile.
    latchkey.breaks();
    await engine.execute(latchkey.databaseUrl, 'ALTER TABLE users RENAME COLUMN metadata TO gone');
    const failed = [
      await http.post('/api/accounts/register').send({ username: freshName(), password }),
      await http
        .patch('/api/accounts/me')
        .set(...bearer(token))
        .send({ metadata: { note: password } }),
    ];
    for (const answer of failed) expectProblem(answer, 'internal_error');

    await expect.poll(() => latchkey.logLines.join('')).toContain('"status":500');
    const log = latchkey.logLines.join('');
    expect(log).toContain('request failed');
    expect(log).toMatch(/insert into ..users/);
    for (const secret of [
      password,
      newPassword,
      hash,
      '$bcrypt',
      token,
      registered.body.access_token,
      registered.body.refresh_token,
      cookie.split('=')[1] ?? '',
      token.split('.')[2],
      'PRIVATE KEY',
      latchkey.config.appSecrets[0],
    ]) {
      expect(secret.length).toBeGreaterThan(6);
      expect(log).not.toContain(secret);
    }
  });
});
