import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import {
  bearer,
  freshName,
  fromOwnPage,
  password,
  shareLatchkey,
  startLatchkey,
} from '../../testing/start-latchkey.ts';

describe.each(engines)('the session cookie on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const refreshWith = (cookie: string, headers: Record<string, string> = fromOwnPage, { http } = latchkey()) =>
    http.post('/api/sessions/refresh').set(headers).set('Cookie', cookie);

  it.each(['/api/accounts/register', '/api/sessions/login'])('%s delivers the refresh token in it', async (path) => {
    const { username } = path.endsWith('login') ? await latchkey().person() : { username: freshName() };
    const answer = await latchkey().http.post(path).set(fromOwnPage).send({ username, password, delivery: 'cookie' });
    expect(answer.body).toHaveProperty('access_token');
    expect(answer.body).not.toHaveProperty('refresh_token');
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^latchkey_refresh_5173=[\w.-]+; Max-Age=604800; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Strict$/,
    );
    const again = await refreshWith(cookie.split(';')[0] ?? '').expect(200);
    expect(again.body).not.toHaveProperty('refresh_token');
    expect(again.headers['set-cookie']?.[0]).toMatch(/^latchkey_refresh_5173=/);
    await latchkey().me(again.body.access_token).expect(200);
  });

  it('is Secure and bound to its host if PUBLIC_URL is https', async () => {
    const secure = await startLatchkey(engine, { settings: { PUBLIC_URL: 'https://accounts.example.com' } });
    const { refresh_token } = await secure.person();
    const origin = { Origin: 'https://accounts.example.com' };
    const answer = await refreshWith(`__Host-latchkey_refresh=${refresh_token}`, origin, secure).expect(200);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-latchkey_refresh=[\w.-]+; Max-Age=\d+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    // Another host of the domain could have set the name without the prefix.
    expectProblem(await refreshWith(`latchkey_refresh=${refresh_token}`, origin, secure), 'refresh_invalid');
  });

  it('is accepted only from our own page', async () => {
    const { refresh_token } = await latchkey().person();
    const cookie = `latchkey_refresh_5173=${refresh_token}`;
    for (const headers of [
      {},
      { Origin: 'null' },
      { Origin: 'http://localhost:5174' },
      { Origin: 'http://localhost:5173.evil.example' },
      { Origin: 'https://localhost:5173' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example' },
      { 'Sec-Fetch-Site': 'none' },
      { Referer: 'http://localhost:5173/' },
    ]) {
      expectProblem(await refreshWith(cookie, headers as Record<string, string>), 'origin_not_allowed');
    }
    await refreshWith(cookie, { 'Sec-Fetch-Site': 'same-origin' }).expect(200);
  });

  it('sign-out clears the script storage of the browser, and no cookies but those of the session', async () => {
    const { refresh_token, access_token } = await latchkey().person();
    const cookie = `latchkey_refresh_5173=${refresh_token}; latchkey_device_5173=x`;
    const signOut = () => latchkey().http.post('/api/sessions/logout');
    const answer = await signOut().set(fromOwnPage).set('Cookie', cookie).expect(204);
    expect(answer.headers['clear-site-data']).toBe('"storage"');
    expect(String(answer.headers['set-cookie'])).not.toContain('device');
    // A program has no storage, and a form on another site sends no cookie.
    const program = await signOut()
      .set(...bearer(access_token))
      .expect(204);
    for (const { headers } of [program, await signOut().expect(204)])
      expect(headers).not.toHaveProperty('clear-site-data');
  });

  it('is cleared when its session has ended, and kept while the database is unavailable', async () => {
    const own = await startLatchkey(engine);
    const { refresh_token } = await own.person();
    const { refresh_token: ended } = await own.person();
    await own.http.post('/api/sessions/logout').send({ refresh_token: ended }).expect(204);
    const over = await refreshWith(`latchkey_refresh_5173=${ended}`, fromOwnPage, own);
    expectProblem(over, 'session_ended');
    expect(over.headers['set-cookie']?.[0]).toMatch(/^latchkey_refresh_5173=; .*1970/);

    await own.closeDatabase();
    const away = await refreshWith(`latchkey_refresh_5173=${refresh_token}`, fromOwnPage, own);
    expectProblem(away, 'unavailable');
    expect(away.headers).not.toHaveProperty('set-cookie');
  });

  it('comes with a readable cookie without a secret, which expires and is cleared with it', async () => {
    const { username } = await latchkey().person();
    const login = latchkey().http.post('/api/sessions/login').set(fromOwnPage);
    const cookies = ([] as string[]).concat(
      (await login.send({ username, password, delivery: 'cookie' })).headers['set-cookie'] ?? [],
    );
    const [refreshCookie = '', signedIn = ''] = cookies;
    expect(signedIn).toMatch(
      /^latchkey_signed_in_5173=yes; Max-Age=604800; Path=\/; Expires=[^;]+ GMT; SameSite=Strict$/,
    );
    const cleared = /^latchkey_signed_in_5173=; Path=\/; Expires=Thu, 01 Jan 1970 [^;]+; SameSite=Strict$/;
    const over = await latchkey()
      .http.post('/api/sessions/logout')
      .set(fromOwnPage)
      .set('Cookie', refreshCookie.split(';')[0] ?? '');
    expect(over.headers['set-cookie']?.[1]).toMatch(cleared);

    // For a browser that has lost the refresh cookie, the readable cookie is cleared.
    const lost = await refreshWith('latchkey_signed_in_5173=yes');
    expectProblem(lost, 'refresh_invalid');
    expect(lost.headers['set-cookie']).toEqual([expect.stringMatching(cleared)]);
    expect((await refreshWith('', { Origin: 'https://elsewhere.example' })).headers).not.toHaveProperty('set-cookie');
  });

  it('does not touch the cookie of another Latchkey on the same host', async () => {
    const settings = { PUBLIC_URL: 'http://localhost:4000' };
    const neighbor = await startLatchkey(engine, { settings });
    const { refresh_token } = await neighbor.person();
    const cookie = `latchkey_refresh_4000=${refresh_token}`;
    const refused = await refreshWith(cookie);
    expectProblem(refused, 'refresh_invalid');
    expect(refused.headers).not.toHaveProperty('set-cookie');
    await refreshWith(cookie, { Origin: settings.PUBLIC_URL }, neighbor).expect(200);
  });

  it('a token in the body takes precedence, and the new one is returned in the body', async () => {
    const { refresh_token } = await latchkey().person();
    const answer = await refreshWith('latchkey_refresh_5173=nonsense', {}).send({ refresh_token }).expect(200);
    expect(answer.body).toHaveProperty('refresh_token');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it.each([
    'latchkey_refresh_5173=%E0%A4%A',
    'latchkey_refresh_5173=',
    'latchkey_refresh_5173',
    ';;==',
    `latchkey_refresh_5173=${'x'.repeat(5000)}`,
  ])('is refused if it is malformed (%.30s)', async (cookie) => {
    expectProblem(await refreshWith(cookie), 'refresh_invalid');
  });
});
