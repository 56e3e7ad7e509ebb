import { describe, expect, it } from 'vitest';
import { introspectAsAdmin, newApp, refreshApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, shareLatchkey } from '../../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;

const post = ({ http }: Latchkey, path: string, body: object, token?: string) => {
  const request = http.post(path);
  if (token) request.set(...bearer(token));
  return request.send(body);
};

/** What ends a sign-in to an app. */
const ends: Record<string, (latchkey: Latchkey, person: Person) => Promise<unknown>> = {
  'signs out': (latchkey, { refresh_token }) =>
    post(latchkey, '/api/sessions/logout', { refresh_token }).expect(204).then(),
  'ends the session of the browser from another device': async (latchkey, { id, session }) => {
    const { access_token } = await latchkey.openSessionOf(id);
    await latchkey.http
      .delete(`/api/sessions/${session.id}`)
      .set(...bearer(access_token))
      .expect(204);
  },
  'ends all other sessions': async (latchkey, { id }) => {
    const { access_token } = await latchkey.openSessionOf(id);
    await latchkey.http
      .delete('/api/sessions')
      .set(...bearer(access_token))
      .expect(204);
  },
  'changes the password': (latchkey, { access_token }) =>
    post(
      latchkey,
      '/api/passwords/change',
      { currentPassword: password, newPassword: 'seven purple kettles' },
      access_token,
    )
      .expect(204)
      .then(),
  'sets a new password with a link': async (latchkey, person) => {
    const token = await latchkey.linkTo(person, 'reset_password');
    await post(latchkey, '/api/passwords/reset', { token, newPassword: 'seven purple kettles' }).expect(204);
  },
  'is disabled': ({ services }, { username }) => runCommand(services, 'users', 'disable', username),
  'gets a new password from the operator': ({ services }, { username }) =>
    runCommand(services, 'users', 'reset-password', username),
  'closes the account': ({ http }, { access_token }) =>
    http
      .delete('/api/accounts/me')
      .set(...bearer(access_token))
      .send({ password })
      .expect(204)
      .then(),
  'is deleted': ({ services }, { username }) => runCommand(services, 'users', 'delete', username, '--now'),
  'uses a refresh token of the browser twice': async (latchkey, { refresh_token }) => {
    const { body } = await post(latchkey, '/api/sessions/refresh', { refresh_token }).expect(200);
    await post(latchkey, '/api/sessions/refresh', { refresh_token: body.refresh_token }).expect(200);
    expectProblem(await post(latchkey, '/api/sessions/refresh', { refresh_token }), 'refresh_reused');
  },
};

describe.each(engines)('a sign-in to an app on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const introspect = (token: string) => introspectAsAdmin(latchkey(), token);
  const revoked = async (): Promise<string[]> => {
    const { text, body } = await latchkey().http.get('/api/tokens/revocations').buffer(true);
    const [, claims = ''] = (text ?? body.toString()).split('.');
    return JSON.parse(Buffer.from(claims, 'base64url').toString()).revoked.map(({ sid }: { sid: string }) => sid);
  };

  it.each(Object.keys(ends))('ends when the user %s: its tokens are revoked in the feed', async (how) => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const { access_token, refresh_token } = await signInToApp(latchkey(), app, person);
    const { active, sid } = await introspect(access_token);
    expect(active).toBe(true);
    await ends[how]?.(latchkey(), person);
    expect(await introspect(access_token)).toEqual({ active: false });
    expect((await refreshApp(latchkey(), app, refresh_token)).status).toBe(400);
    const userinfo = await latchkey()
      .http.get('/api/oauth/userinfo')
      .set(...bearer(access_token));
    expectOAuthError(userinfo, 'token_revoked');
    // A deleted account leaves no session behind, but its revocations stay.
    expect(await revoked()).toContain(sid);
  });

  it('ends alone when the app revokes its token', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const first = await signInToApp(latchkey(), app, person);
    const second = await signInToApp(latchkey(), app, person);
    await latchkey().http.post('/api/oauth/revoke').type('form').send({ token: first.refresh_token }).expect(200);
    expect(await introspect(first.access_token)).toEqual({ active: false });
    expect(await introspect(second.access_token)).toMatchObject({ active: true });
    await latchkey().me(person.access_token).expect(200);
  });

  it('is not among the sessions of the user, nor among the API tokens', async () => {
    const person = await latchkey().person();
    await signInToApp(latchkey(), await newApp(latchkey()), person);
    const get = async (path: string) =>
      (
        await latchkey()
          .http.get(path)
          .set(...bearer(person.access_token))
          .expect(200)
      ).body;
    expect((await get('/api/sessions')).sessions).toHaveLength(1);
    expect((await get('/api/tokens')).tokens).toEqual([]);
  });

  it('is limited in number: a hundred more end the oldest of the app, and no session of a browser', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const first = await signInToApp(latchkey(), app, person);
    latchkey().clock.turn(1);
    const { openSession, transaction } = latchkey().services;
    const another = { kind: 'app', appId: app.id, parentId: person.session.id, methods: ['pwd'] } as const;
    await transaction(async (write) => {
      for (let n = 0; n < 100; n++) await openSession(write, person.id, another);
    });
    expect(await introspect(first.access_token)).toEqual({ active: false });
    await latchkey().me(person.access_token).expect(200);
  });

  it('is recorded once for each browser', async () => {
    const app = await newApp(latchkey(), { name: `shop of ${engine.name}` });
    const person = await latchkey().person();
    await signInToApp(latchkey(), app, person);
    await signInToApp(latchkey(), app, person);
    const { body } = await latchkey()
      .http.get('/api/activity')
      .set(...bearer(person.access_token))
      .expect(200);
    const kinds = body.events.filter(({ kind }: { kind: string }) => kind === 'app_authorized');
    expect(kinds).toEqual([expect.objectContaining({ detail: `shop of ${engine.name}` })]);
  });
});

describe.each(engines)('userinfo on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const ask = (token: string, method: 'get' | 'post' = 'get') =>
    latchkey()
      .http[method]('/api/oauth/userinfo')
      .set(...bearer(token));

  it('describes the user as the scope allows, as the account is now', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person({ email: 'ada@example.com' });
    const { access_token } = await signInToApp(latchkey(), app, person, { scope: 'openid profile email' });
    await latchkey()
      .http.patch('/api/accounts/me')
      .set(...bearer(person.access_token))
      .send({ displayName: 'Ada Lovelace' })
      .expect(200);
    const expected = {
      sub: person.id,
      name: 'Ada Lovelace',
      preferred_username: person.username,
      updated_at: expect.any(Number),
      email: 'ada@example.com',
      email_verified: false,
    };
    for (const method of ['get', 'post'] as const) {
      const answer = await ask(access_token, method).expect(200);
      expect(answer.body).toEqual(expected);
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
    }
    const onlyOpenid = await signInToApp(latchkey(), app, person, { scope: 'openid' });
    expect((await ask(onlyOpenid.access_token).expect(200)).body).toEqual({ sub: person.id });
  });

  it('refuses a token without the scope openid, and one that no app has', async () => {
    const person = await latchkey().person();
    const { access_token } = await signInToApp(latchkey(), await newApp(latchkey()), person, { scope: 'cart' });
    for (const token of [access_token, person.access_token]) {
      const answer = await ask(token);
      expectOAuthError(answer, 'insufficient_scope');
      expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
    }
  });
});
