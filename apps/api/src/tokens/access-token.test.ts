import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, publicUrl, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

const decode = (token: string) =>
  token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

describe.each(engines)('an access token on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const look = (authorization: string) =>
    latchkey().http.get('/api/tokens/current').set('Authorization', authorization);

  it('says who, for whom, since when and until when', async () => {
    const { access_token, id, username, session } = await latchkey().person();
    const [header, claims] = decode(access_token);
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: latchkey().services.keys.current().id });
    const now = Math.floor(latchkey().clock.now().getTime() / 1000);
    expect(claims).toEqual({
      iss: publicUrl,
      aud: 'latchkey',
      sub: id,
      iat: now,
      exp: now + 1800,
      auth_time: now,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      sid: session.id,
      type: 'access',
      role: 'user',
      username,
      client_id: 'latchkey',
    });
  });

  it('shows itself at /api/tokens/current, with the user as they are now', async () => {
    const { access_token, id } = await latchkey().person({ displayName: 'Ada' });
    const { body } = await look(`Bearer ${access_token}`).expect(200);
    expect(body).toMatchObject({ active: true, user: { id, displayName: 'Ada' } });
    expect(body.claims).toEqual(decode(access_token)[1]);
  });

  it('keeps the time of the sign-in through a refresh, and is another each time', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    const [, before] = decode(access_token);
    latchkey().clock.turn(120);
    const { body } = await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    const [, after] = decode(body.access_token);
    expect(after).toMatchObject({ auth_time: before.auth_time, sid: before.sid, iat: before.iat + 120 });
    expect(after.jti).not.toBe(before.jti);
  });

  it('is taken for thirty minutes and the tolerance, then said to have expired', async () => {
    const { access_token } = await latchkey().person();
    latchkey().clock.turn(1800 + 29);
    await look(`Bearer ${access_token}`).expect(200);
    latchkey().clock.turn(1);
    const answer = await look(`Bearer ${access_token}`);
    expectProblem(answer, 'token_expired');
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The access token has expired; refresh it."',
    );
    expectProblem(await look(`Bearer ${access_token.slice(0, -8)}AAAAAAAA`), 'token_invalid');
  });

  it('is invalid with another content under the same signature, also after it was taken', async () => {
    const { access_token } = await latchkey().person();
    await look(`Bearer ${access_token}`).expect(200);
    const [header, , signature] = access_token.split('.');
    const [, theirs] = (await latchkey().person()).access_token.split('.');
    expectProblem(await look(`Bearer ${header}.${theirs}.${signature}`), 'token_invalid');
    await look(`Bearer ${access_token}`).expect(200);
  });

  it('is taken whatever the case of its scheme, and from nowhere but its header', async () => {
    const { access_token } = await latchkey().person();
    await look(`bearer ${access_token}`).expect(200);
    await look(`BEARER  ${access_token}`).expect(200);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      access_token,
      `Basic ${access_token}`,
      `Bearer${access_token}`,
    ]) {
      expectProblem(await look(authorization), 'token_missing');
    }
    expectProblem(await latchkey().http.get(`/api/tokens/current?access_token=${access_token}`), 'token_missing');
    expectProblem(
      await latchkey().http.get('/api/tokens/current').set('Cookie', `latchkey_refresh_5173=${access_token}`),
      'token_missing',
    );
  });

  it('is never a refresh token, nor the reverse', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    expectProblem(await look(`Bearer ${refresh_token}`), 'token_invalid');
    const answer = await latchkey().http.post('/api/sessions/refresh').send({ refresh_token: access_token });
    expectProblem(answer, 'refresh_invalid');
  });

  it.each(['x'.repeat(10_000), `${'x'.repeat(5000)}.${'y'.repeat(5000)}.z`, 'a.b.c', 'ü', '"', 'a b'])(
    'is not %.20s, which is a 401 all the same',
    async (nonsense) => {
      expectProblem(await look(`Bearer ${Buffer.from(nonsense).toString('latin1')}`), 'token_invalid');
    },
  );

  it('of another issuer, audience or secret is invalid', async () => {
    const { databaseUrl, clock } = latchkey();
    for (const settings of [{ PUBLIC_URL: 'http://localhost:9999' }, { JWT_AUDIENCE: 'elsewhere' }]) {
      const elsewhere = await startLatchkey(engine, { databaseUrl, clock, settings });
      expectProblem(await look(`Bearer ${(await elsewhere.person()).access_token}`), 'token_invalid');
    }
    // A database in which nobody has been: its keys are made here.
    const stranger = await startLatchkey(engine, { databaseUrl: await engine.freshUrl(), clock });
    expectProblem(await look(`Bearer ${(await stranger.person()).access_token}`), 'token_invalid');
  });

  it('of a session that is not there is revoked', async () => {
    const { session, id, username } = await latchkey().person();
    const ghost = await latchkey().services.accessTokens.sign({
      user: { id, username, role: 'user' },
      session: { ...session, id: 'no such session' },
    });
    expectProblem(await look(`Bearer ${ghost}`), 'token_revoked');
  });

  it('does not outlive its session, for services know of nothing else', async () => {
    const { session, id, username } = await latchkey().person();
    const now = Math.floor(latchkey().clock.now().getTime() / 1000);
    const ending = { ...session, expiresAt: new Date((now + 60) * 1000) };
    const token = await latchkey().services.accessTokens.sign({
      user: { id, username, role: 'user' },
      session: ending,
    });
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(exp).toBe(now + 60);
    expect(latchkey().services.accessTokens.secondsOf(ending)).toBe(60);
  });

  it('does not make an admin: rights come from the database', async () => {
    const { session, id, username } = await latchkey().person();
    const token = await latchkey().services.accessTokens.sign({ user: { id, username, role: 'admin' }, session });
    const { body } = await latchkey()
      .http.get('/api/accounts/me')
      .set(...bearer(token))
      .expect(200);
    expect(body.role).toBe('user');
  });
});
