import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, publicUrl, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

const decode = (token: string) =>
  token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

describe.each(engines)('an access token on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const inspect = (authorization: string) =>
    latchkey().http.get('/api/tokens/current').set('Authorization', authorization);

  it('has the claims of RFC 9068', async () => {
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

  it('is described at /api/tokens/current, with the current user', async () => {
    const { access_token, id } = await latchkey().person({ displayName: 'Ada' });
    const { body } = await inspect(`Bearer ${access_token}`).expect(200);
    expect(body).toMatchObject({ active: true, user: { id, displayName: 'Ada' } });
    expect(body.claims).toEqual(decode(access_token)[1]);
  });

  it('keeps `auth_time` after a refresh and gets a new `jti`', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    const [, before] = decode(access_token);
    latchkey().clock.turn(120);
    const { body } = await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    const [, after] = decode(body.access_token);
    expect(after).toMatchObject({ auth_time: before.auth_time, sid: before.sid, iat: before.iat + 120 });
    expect(after.jti).not.toBe(before.jti);
  });

  it('is issued at the time when its user was read, even if signing waits', async () => {
    const { clock, databaseUrl } = latchkey();
    // Every reading of this clock advances it by a second.
    const now = (): Date => {
      clock.turn(1);
      return clock.now();
    };
    const ticking = { ...clock, now };
    const slow = await startLatchkey(engine, { databaseUrl, clock: ticking });
    const signedIn = await slow.login();
    const [, { sid, iat }] = decode(signedIn.access_token);
    const secondsOf = (at?: Date): number => Math.floor((at?.getTime() ?? 0) / 1000);
    expect(iat).toBe(secondsOf((await slow.sessionOf(sid))?.createdAt));
    const { refresh_token } = signedIn;
    const { body } = await slow.http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    expect(decode(body.access_token)[1].iat).toBe(secondsOf((await slow.sessionOf(sid))?.refreshedAt));
  });

  it('is valid for thirty minutes plus the tolerance, then expired', async () => {
    const { access_token } = await latchkey().person();
    latchkey().clock.turn(1800 + 29);
    await inspect(`Bearer ${access_token}`).expect(200);
    latchkey().clock.turn(1);
    const answer = await inspect(`Bearer ${access_token}`);
    expectProblem(answer, 'token_expired');
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The access token has expired. Refresh it."',
    );
    expectProblem(await inspect(`Bearer ${access_token.slice(0, -8)}AAAAAAAA`), 'token_invalid');
  });

  it('is invalid with another payload under the same signature, even after it was accepted', async () => {
    const { access_token } = await latchkey().person();
    await inspect(`Bearer ${access_token}`).expect(200);
    const [header, , signature] = access_token.split('.');
    const [, theirs] = (await latchkey().person()).access_token.split('.');
    expectProblem(await inspect(`Bearer ${header}.${theirs}.${signature}`), 'token_invalid');
    await inspect(`Bearer ${access_token}`).expect(200);
  });

  it('is accepted with any case of the scheme, and only from the Authorization header', async () => {
    const { access_token } = await latchkey().person();
    await inspect(`bearer ${access_token}`).expect(200);
    await inspect(`BEARER  ${access_token}`).expect(200);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      access_token,
      `Basic ${access_token}`,
      `Bearer${access_token}`,
    ]) {
      expectProblem(await inspect(authorization), 'token_missing');
    }
    expectProblem(await latchkey().http.get(`/api/tokens/current?access_token=${access_token}`), 'token_missing');
    expectProblem(
      await latchkey().http.get('/api/tokens/current').set('Cookie', `latchkey_refresh_5173=${access_token}`),
      'token_missing',
    );
  });

  it('is not accepted as a refresh token, nor the reverse', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    expectProblem(await inspect(`Bearer ${refresh_token}`), 'token_invalid');
    const answer = await latchkey().http.post('/api/sessions/refresh').send({ refresh_token: access_token });
    expectProblem(answer, 'refresh_invalid');
  });

  it.each(['x'.repeat(10_000), `${'x'.repeat(5000)}.${'y'.repeat(5000)}.z`, 'a.b.c', 'ü', '"', 'a b'])(
    'is not %.20s, which gets a 401',
    async (nonsense) => {
      expectProblem(await inspect(`Bearer ${Buffer.from(nonsense).toString('latin1')}`), 'token_invalid');
    },
  );

  it('of another issuer, audience or key is invalid', async () => {
    const { databaseUrl, clock } = latchkey();
    for (const settings of [{ PUBLIC_URL: 'http://localhost:9999' }, { JWT_AUDIENCE: 'elsewhere' }]) {
      const elsewhere = await startLatchkey(engine, { databaseUrl, clock, settings });
      expectProblem(await inspect(`Bearer ${(await elsewhere.person()).access_token}`), 'token_invalid');
    }
    // A new database has other keys.
    const stranger = await startLatchkey(engine, { databaseUrl: await engine.freshUrl(), clock });
    expectProblem(await inspect(`Bearer ${(await stranger.person()).access_token}`), 'token_invalid');
  });

  /** Signs with the right key, as a service that knows JWT_SECRET can. */
  const sign = async (subject: { sub?: string; sid?: string; expiresAt?: Date; role?: string }) => {
    const { clock, services } = latchkey();
    const { session, id, username } = await latchkey().person();
    const { sub = id, sid = session.id, expiresAt = session.expiresAt, role = 'user' } = subject;
    const user = { id: sub, username, role };
    return services.accessTokens.sign({ user, session: { ...session, id: sid, expiresAt } }, clock.now());
  };

  it('of an unknown session is revoked', async () => {
    expectProblem(await inspect(`Bearer ${await sign({ sid: randomUUID() })}`), 'token_revoked');
  });

  it('whose user is not the user of its session is revoked', async () => {
    const { id, session } = await latchkey().person();
    const token = await sign({ sub: id });
    expectProblem(await inspect(`Bearer ${token}`), 'token_revoked');
    const mixed = await sign({ sid: session.id });
    expectProblem(await inspect(`Bearer ${mixed}`), 'token_revoked');
    for (const end of ['/api/sessions/logout', '/api/oauth/revoke']) {
      const asked = latchkey()
        .http.post(end)
        .set(...bearer(mixed));
      await asked.type('form').send(end.includes('oauth') ? { token: mixed } : {});
    }
    expect((await latchkey().sessionOf(session.id))?.endedAt).toBeNull();
  });

  it.each(['a\u0000b', '\u0000', '', 'x'.repeat(3000), "' or 1=1 --", '__proto__'])(
    'with the id %j is invalid, and does not affect concurrent requests',
    async (id) => {
      const { access_token } = await latchkey().person();
      const tokens = [await sign({ sid: id }), await sign({ sub: id }), access_token];
      const answers = await Promise.all(tokens.map((token) => inspect(`Bearer ${token}`)));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
      for (const answer of answers.slice(0, 2)) expectProblem(answer, 'token_invalid');
    },
  );

  it('does not outlive its session', async () => {
    const now = Math.floor(latchkey().clock.now().getTime() / 1000);
    const expiresAt = new Date((now + 60) * 1000);
    const [, { exp }] = decode(await sign({ expiresAt }));
    expect(exp).toBe(now + 60);
    expect(latchkey().services.accessTokens.secondsOf({ expiresAt }, latchkey().clock.now())).toBe(60);
  });

  it('with the role admin grants nothing: roles come from the database', async () => {
    const { body } = await latchkey()
      .me(await sign({ role: 'admin' }))
      .expect(200);
    expect(body.role).toBe('user');
  });
});
