import { randomUUID } from 'node:crypto';
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

  it('is signed as of the moment when its user was read, however long the signing waits', async () => {
    const { clock, databaseUrl } = latchkey();
    // Every look at this clock finds it a second later.
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

  it('is taken for thirty minutes and the tolerance, then said to have expired', async () => {
    const { access_token } = await latchkey().person();
    latchkey().clock.turn(1800 + 29);
    await look(`Bearer ${access_token}`).expect(200);
    latchkey().clock.turn(1);
    const answer = await look(`Bearer ${access_token}`);
    expectProblem(answer, 'token_expired');
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The access token has expired. Refresh it."',
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

  /** Signed with the right key, as a service can that knows JWT_SECRET. */
  const sign = async (subject: { sub?: string; sid?: string; expiresAt?: Date; role?: string }) => {
    const { clock, services } = latchkey();
    const { session, id, username } = await latchkey().person();
    const { sub = id, sid = session.id, expiresAt = session.expiresAt, role = 'user' } = subject;
    const user = { id: sub, username, role };
    return services.accessTokens.sign({ user, session: { ...session, id: sid, expiresAt } }, clock.now());
  };

  it('of a session that is not there is revoked', async () => {
    expectProblem(await look(`Bearer ${await sign({ sid: randomUUID() })}`), 'token_revoked');
  });

  it('that names another user than its session is revoked', async () => {
    const { id, session } = await latchkey().person();
    const token = await sign({ sub: id });
    expectProblem(await look(`Bearer ${token}`), 'token_revoked');
    const mixed = await sign({ sid: session.id });
    expectProblem(await look(`Bearer ${mixed}`), 'token_revoked');
    for (const end of ['/api/sessions/logout', '/api/oauth/revoke']) {
      const asked = latchkey()
        .http.post(end)
        .set(...bearer(mixed));
      await asked.type('form').send(end.includes('oauth') ? { token: mixed } : {});
    }
    expect((await latchkey().sessionOf(session.id))?.endedAt).toBeNull();
  });

  it.each(['a\u0000b', '\u0000', '', 'x'.repeat(3000), "' or 1=1 --", '__proto__'])(
    'with the id %j is invalid, and fails nobody who asks at the same time',
    async (id) => {
      const { access_token } = await latchkey().person();
      const tokens = [await sign({ sid: id }), await sign({ sub: id }), access_token];
      const answers = await Promise.all(tokens.map((token) => look(`Bearer ${token}`)));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
      for (const answer of answers.slice(0, 2)) expectProblem(answer, 'token_invalid');
    },
  );

  it('does not outlive its session, for services know of nothing else', async () => {
    const now = Math.floor(latchkey().clock.now().getTime() / 1000);
    const expiresAt = new Date((now + 60) * 1000);
    const [, { exp }] = decode(await sign({ expiresAt }));
    expect(exp).toBe(now + 60);
    expect(latchkey().services.accessTokens.secondsOf({ expiresAt }, latchkey().clock.now())).toBe(60);
  });

  it('does not make an admin: rights come from the database', async () => {
    const { body } = await latchkey()
      .me(await sign({ role: 'admin' }))
      .expect(200);
    expect(body.role).toBe('user');
  });
});
