import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, fromOwnPage, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('signing out on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const logOut = () => latchkey().http.post('/api/sessions/logout');

  it('by access token ends its session on the next request, and no other', async () => {
    const { id, access_token, refresh_token, session } = await latchkey().person();
    const elsewhere = await latchkey().openSessionOf(id);
    await logOut()
      .set(...bearer(access_token))
      .expect(204);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
    expectProblem(await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }), 'session_ended');
    await latchkey().me(elsewhere.access_token).expect(200);
    expect(await latchkey().sessionOf(session.id)).toMatchObject({ endReason: 'logged_out' });
  });

  it('by refresh token in the body ends its session', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    await logOut().send({ refresh_token }).expect(204);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
  });

  it('by cookie ends its session and clears the cookie', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    const answer = await logOut().set(fromOwnPage).set('Cookie', `latchkey_refresh_5173=${refresh_token}`).expect(204);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
    expect(answer.headers['set-cookie']).toEqual([
      'latchkey_refresh_5173=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict',
      'latchkey_signed_in_5173=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Strict',
    ]);
  });

  it('by the cookie from another origin ends nothing', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    const answer = await logOut()
      .set('Origin', 'https://elsewhere.example')
      .set('Cookie', `latchkey_refresh_5173=${refresh_token}`);
    expectProblem(answer, 'origin_not_allowed');
    await latchkey().me(access_token).expect(200);
  });

  it('from a form on another site, which sends no cookie, clears no cookie', async () => {
    const form = { Origin: 'https://elsewhere.example', 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await logOut().set(form).expect(204);
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('by an expired access token ends its session', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    latchkey().clock.turn(3600);
    await logOut()
      .set(...bearer(access_token))
      .expect(204);
    expectProblem(await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }), 'session_ended');
  });

  it('by an API token ends that token only, and records its revocation', async () => {
    const { id, access_token } = await latchkey().person();
    const { body } = await latchkey()
      .http.post('/api/tokens')
      .set(...bearer(access_token))
      .send({ name: 'deploy' })
      .expect(201);
    await logOut()
      .set(...bearer(body.access_token))
      .expect(204);
    expectProblem(await latchkey().me(body.access_token), 'token_revoked');
    await latchkey().me(access_token).expect(200);
    const [newest] = await latchkey().services.events.list(id, undefined, 1);
    expect(newest).toMatchObject({ kind: 'token_revoked', detail: { name: 'deploy' } });
  });

  it('gives the same answer if there is nothing to end', async () => {
    const { access_token } = await latchkey().person();
    await logOut().expect(204);
    await logOut().send({}).expect(204);
    await logOut()
      .set(...bearer('nonsense'))
      .send({ refresh_token: 'nonsense' })
      .expect(204);
    for (let time = 1; time <= 2; time++) {
      await logOut()
        .set(...bearer(access_token))
        .expect(204);
    }
  });

  it('a second sign-out does not change when, or why, the session ended', async () => {
    const { access_token, session } = await latchkey().person();
    await logOut().set(...bearer(access_token));
    const ended = await latchkey().sessionOf(session.id);
    latchkey().clock.turn(60);
    await logOut().set(...bearer(access_token));
    expect(await latchkey().sessionOf(session.id)).toEqual(ended);
  });
});
