import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, fromOwnPage, password, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('changing the password on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const change = (token: string, newPassword: string, currentPassword = password) =>
    latchkey()
      .http.post('/api/passwords/change')
      .set(...bearer(token))
      .send({ currentPassword, newPassword });
  const logIn = (username: string, given: string) =>
    latchkey().http.post('/api/sessions/login').send({ username, password: given });

  it('keeps this session and ends every other', async () => {
    const { access_token, refresh_token, id, username } = await latchkey().person();
    const elsewhere = await latchkey().openSessionOf(id);
    const stranger = await latchkey().person();
    await change(access_token, 'another long password').expect(204);

    await latchkey().me(access_token).expect(200);
    await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    expectProblem(await latchkey().me(elsewhere.access_token), 'token_revoked');
    const answer = await latchkey().http.post('/api/sessions/refresh').send({ refresh_token: elsewhere.refresh_token });
    expectProblem(answer, 'session_ended');
    expect(await latchkey().sessionOf(elsewhere.session.id)).toMatchObject({ endReason: 'password_changed' });
    await latchkey().me(stranger.access_token).expect(200);

    expectProblem(await logIn(username, password), 'invalid_credentials');
    await logIn(username, 'another long password').expect(200);
  });

  it('in a browser replaces the session, so that copies of its tokens stop working', async () => {
    const { http, clock } = latchkey();
    const { username } = await latchkey().person();
    const cookieOf = ({ headers }: { headers: Record<string, unknown> }): string =>
      ([] as string[])
        .concat((headers['set-cookie'] as string[]) ?? [])
        .find((text) => text.startsWith('latchkey_refresh_5173='))
        ?.split(';')[0] ?? '';
    const signedIn = await http
      .post('/api/sessions/login')
      .set(fromOwnPage)
      .send({ username, password, delivery: 'cookie' });
    const [stolenCookie, stolenToken] = [cookieOf(signedIn), signedIn.body.access_token];
    const changed = await change(stolenToken, 'another long password').set(fromOwnPage).set('Cookie', stolenCookie);
    expect(changed.status).toBe(204);
    const renewed = cookieOf(changed);

    const refresh = (cookie: string) => http.post('/api/sessions/refresh').set(fromOwnPage).set('Cookie', cookie);
    expectProblem(await latchkey().me(stolenToken), 'token_revoked');
    expectProblem(await refresh(stolenCookie), 'session_ended');
    const next = await refresh(renewed).expect(200);
    // Further attempts with the stolen cookie do not end the new session.
    clock.turn(60);
    expectProblem(await refresh(stolenCookie), 'session_ended');
    await latchkey().me(next.body.access_token).expect(200);
  });

  it('with the cookie from another origin changes nothing', async () => {
    const { access_token, refresh_token, username } = await latchkey().person();
    const answer = await change(access_token, 'another long password')
      .set('Cookie', `latchkey_refresh_5173=${refresh_token}`)
      .set('Origin', 'https://elsewhere.example');
    expectProblem(answer, 'origin_not_allowed');
    await logIn(username, password).expect(200);
  });

  it('with a wrong current password changes and ends nothing', async () => {
    const { access_token, id } = await latchkey().person();
    const elsewhere = await latchkey().openSessionOf(id);
    const before = await latchkey().accounts.findById(id);
    expectProblem(await change(access_token, 'another long password', 'not the password'), 'wrong_password');
    await latchkey().me(elsewhere.access_token).expect(200);
    expect(await latchkey().accounts.findById(id)).toEqual(before);
  });

  it('ten times concurrently succeeds once, and sets that password', async () => {
    const { access_token, username } = await latchkey().person();
    const newPasswords = Array.from({ length: 10 }, (_, number) => `another password ${number}`);
    const answers = await Promise.all(newPasswords.map((newPassword) => change(access_token, newPassword)));
    const winner = answers.findIndex(({ status }) => status === 204);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(403)]);
    await logIn(username, newPasswords[winner] ?? '').expect(200);
  });

  it('refuses a new password that registration would refuse', async () => {
    const { access_token, username } = await latchkey().person({ email: 'grace.hopper@example.com' });
    for (const bad of ['iloveyou123', `${username}!`, 'grace.hopper1', 'abababababab']) {
      const { errors } = expectProblem(await change(access_token, bad), 'invalid_request');
      expect(errors).toEqual([
        { path: 'newPassword', code: 'weak_password', message: expect.stringMatching(/^This password /) },
      ]);
    }
  });

  it('refuses the current password as the new one', async () => {
    const { access_token } = await latchkey().person();
    const { errors } = expectProblem(await change(access_token, password), 'invalid_request');
    expect(errors).toEqual([
      { path: 'newPassword', code: 'not_allowed', message: 'Choose a password that differs from the current one.' },
    ]);
  });
});
