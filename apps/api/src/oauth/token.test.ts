import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  askForTokens,
  callback,
  codeFor,
  introspectAsAdmin,
  newApp,
  newPkce,
  refreshApp,
  signInToApp,
} from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { publicUrl, restart, shareLatchkey } from '../../testing/start-latchkey.ts';
import { times } from '../../testing/times.ts';

describe.each(engines)('the token endpoint on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const claimsOf = async (token: string, audience: string) => {
    const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${latchkey().port}/.well-known/jwks.json`));
    const currentDate = latchkey().clock.now();
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: publicUrl, audience, currentDate });
    return { ...payload, typ: protectedHeader.typ } as Record<string, unknown>;
  };
  const introspect = (token: string) => introspectAsAdmin(latchkey(), token);

  it('exchanges a code for an access token of the app, an ID token and a refresh token', async () => {
    const app = await newApp(latchkey(), { name: 'bookshop' });
    const person = await latchkey().person({ displayName: 'Ada', email: 'ada@example.com' });
    const answer = await askForTokens(latchkey(), await codeFor(latchkey(), app, person, { nonce: 'n-1' })).expect(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    const { access_token, id_token, refresh_token, ...rest } = answer.body;
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 1800, scope: 'openid profile email offline_access cart' });
    const access = await claimsOf(access_token, 'bookshop');
    expect(access).toMatchObject({ typ: 'at+jwt', sub: person.id, client_id: app.id, scope: rest.scope });
    const id = await claimsOf(id_token, app.id);
    expect(id).toMatchObject({ typ: 'JWT', sub: person.id, nonce: 'n-1', sid: access.sid, amr: ['pwd'] });
    expect(id).toMatchObject({ name: 'Ada', preferred_username: person.username, email_verified: false });
    expect(id).toHaveProperty('auth_time');
    expect(refresh_token).toEqual(expect.any(String));
    // No token passes for another.
    await expect(claimsOf(id_token, 'bookshop')).rejects.toThrow('aud');
    expectProblem(await latchkey().me(id_token), 'token_invalid');
    expectProblem(await latchkey().me(access_token), 'token_invalid');
    expectOAuthError(await refreshApp(latchkey(), app, person.refresh_token), 'invalid_grant');
    expectProblem(await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }), 'refresh_invalid');
  });

  it('gives a refresh token and an ID token only for their scopes', async () => {
    const app = await newApp(latchkey());
    const tokens = await signInToApp(latchkey(), app, await latchkey().person(), { scope: 'cart' });
    expect(Object.keys(tokens).toSorted()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
  });

  describe('refuses a code', () => {
    it.each([
      ['with another verifier', { code_verifier: newPkce().verifier }],
      ['with the challenge as the verifier', { code_verifier: 'x'.repeat(43) }],
      ['without a verifier', { code_verifier: '' }],
      ['with a verifier of one character', { code_verifier: 'x' }],
      ['with another redirect_uri', { redirect_uri: `${callback}/` }],
      ['without a redirect_uri', { redirect_uri: '' }],
      ['that it did not give', { code: 'x'.repeat(43) }],
      ['that is empty', { code: '' }],
      ['that is an object key', { code: '__proto__' }],
    ])('%s, which leaves the right one valid', async (_what, wrong) => {
      const grant = await codeFor(latchkey(), await newApp(latchkey()), await latchkey().person());
      expectOAuthError(await askForTokens(latchkey(), { ...grant, ...wrong }), 'invalid_grant');
      await askForTokens(latchkey(), grant).expect(200);
    });

    it('from another app, which leaves it valid for its own', async () => {
      const grant = await codeFor(latchkey(), await newApp(latchkey()), await latchkey().person());
      const thief = await newApp(latchkey());
      expectOAuthError(await askForTokens(latchkey(), { ...grant, client_id: thief.id }), 'invalid_grant');
      await askForTokens(latchkey(), grant).expect(200);
    });

    it('after a minute', async () => {
      const grant = await codeFor(latchkey(), await newApp(latchkey()), await latchkey().person());
      latchkey().clock.turn(60);
      expectOAuthError(await askForTokens(latchkey(), grant), 'invalid_grant');
    });

    it.each([
      [
        'signed out',
        (person: { refresh_token: string }) =>
          latchkey().http.post('/api/sessions/logout').send({ refresh_token: person.refresh_token }),
      ],
      ['was disabled', (person: { id: string }) => latchkey().disable(person.id)],
    ] as const)('of a user who %s meanwhile', async (_what, happens) => {
      const person = await latchkey().person();
      const grant = await codeFor(latchkey(), await newApp(latchkey()), person);
      await happens(person);
      expectOAuthError(await askForTokens(latchkey(), grant), 'invalid_grant');
    });

    it('that is used again, and ends what it gave', async () => {
      const app = await newApp(latchkey());
      const grant = await codeFor(latchkey(), app, await latchkey().person());
      const { access_token, refresh_token } = (await askForTokens(latchkey(), grant).expect(200)).body;
      expect(await introspect(access_token)).toMatchObject({ active: true });
      // A thief who has only the code ends nothing.
      const guess = { ...grant, code_verifier: newPkce().verifier };
      expectOAuthError(await askForTokens(latchkey(), guess), 'invalid_grant');
      expect(await introspect(access_token)).toMatchObject({ active: true });
      expectOAuthError(await askForTokens(latchkey(), grant), 'invalid_grant');
      expect(await introspect(access_token)).toEqual({ active: false });
      expectOAuthError(await refreshApp(latchkey(), app, refresh_token), 'session_ended');
    });
  });

  it('of ten calls at once with one code, in two processes, at most one gets tokens', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const other = await restart(latchkey());
    for (let round = 0; round < 3; round++) {
      const grant = await codeFor(latchkey(), app, person);
      const answers = await times(10, (index = 0) => askForTokens(index % 2 ? latchkey() : other, grant));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 400)).toHaveLength(9);
      const { tables, read } = latchkey().database;
      const sessions = (await read.select().from(tables.sessions)).filter(({ appId, endedAt }) => appId && !endedAt);
      // The nine others had the right verifier, so they were the app or had its secrets: nothing stays.
      expect(sessions.filter(({ userId }) => userId === person.id)).toEqual([]);
    }
  });

  describe('authenticates', () => {
    const confidential = () => newApp(latchkey(), { isConfidential: true });
    const basic = (id: string, secret: string) =>
      `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

    it('a confidential app by client_secret_post and by client_secret_basic', async () => {
      const app = await confidential();
      const person = await latchkey().person();
      await askForTokens(latchkey(), await codeFor(latchkey(), app, person)).expect(200);
      const { client_id, client_secret = '', ...grant } = { ...(await codeFor(latchkey(), app, person)) };
      await askForTokens(latchkey(), grant).set('Authorization', basic(client_id, client_secret)).expect(200);
    });

    it.each([
      ['without its secret', () => ({ client_secret: '' })],
      ['with another secret', () => ({ client_secret: 'latchkey_secret_x' })],
      ['with the secret of another app', async () => ({ client_secret: (await confidential()).secret })],
    ])('no confidential app %s', async (_what, wrong) => {
      const grant = await codeFor(latchkey(), await confidential(), await latchkey().person());
      const answer = await askForTokens(latchkey(), { ...grant, ...(await wrong()) });
      expectOAuthError(answer, 'invalid_client');
      expect(answer.headers['www-authenticate']).toBe('Basic realm="latchkey", charset="UTF-8"');
      await askForTokens(latchkey(), grant).expect(200);
    });

    it.each([
      ['a public app that sends a secret', { client_secret: 'x' }],
      ['an unknown app', { client_id: 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa' }],
      ['nobody', { client_id: '' }],
    ])('not %s', async (_what, wrong) => {
      const grant = await codeFor(latchkey(), await newApp(latchkey()), await latchkey().person());
      expectOAuthError(await askForTokens(latchkey(), { ...grant, ...wrong }), 'invalid_client');
    });

    it('no app that sends its secret twice, or two client ids', async () => {
      const app = await confidential();
      const { client_secret = '', ...grant } = { ...(await codeFor(latchkey(), app, await latchkey().person())) };
      const authorization = basic(app.id, client_secret);
      const twice = askForTokens(latchkey(), { ...grant, client_secret }).set('Authorization', authorization);
      expectOAuthError(await twice, 'invalid_request');
      const two = askForTokens(latchkey(), { ...grant, client_id: (await confidential()).id });
      expectOAuthError(await two.set('Authorization', authorization), 'invalid_client');
    });

    it.each(['Basic', 'Basic !', 'Basic YQ==', `Basic ${Buffer.from('%zz:a').toString('base64')}`, 'Bearer x'])(
      'nobody by the header %s',
      async (header) => {
        const answer = askForTokens(latchkey(), { grant_type: 'refresh_token', refresh_token: 'x' });
        expectOAuthError(await answer.set('Authorization', header), 'invalid_client');
      },
    );
  });

  it.each(['password', 'implicit', '', 'urn:ietf:params:oauth:grant-type:token-exchange'])(
    'refuses the grant type "%s"',
    async (grant_type) => {
      const { id: client_id } = await newApp(latchkey());
      expectOAuthError(await askForTokens(latchkey(), { grant_type, client_id }), 'unsupported_grant_type');
    },
  );

  describe('a refresh token of an app', () => {
    it('gives new tokens; a lost answer can be repeated within the grace', async () => {
      const app = await newApp(latchkey());
      const first = await signInToApp(latchkey(), app, await latchkey().person());
      const { body } = await refreshApp(latchkey(), app, first.refresh_token).expect(200);
      expect(body).toMatchObject({ scope: first.scope, token_type: 'Bearer' });
      expect(body.refresh_token).not.toBe(first.refresh_token);
      const repeated = await refreshApp(latchkey(), app, first.refresh_token).expect(200);
      expect(repeated.body.refresh_token).toBe(body.refresh_token);
    });

    it('that was used before ends the session of the app, not that of the browser', async () => {
      const app = await newApp(latchkey());
      const person = await latchkey().person();
      const first = await signInToApp(latchkey(), app, person);
      const second = (await refreshApp(latchkey(), app, first.refresh_token).expect(200)).body;
      await refreshApp(latchkey(), app, second.refresh_token).expect(200);
      expectOAuthError(await refreshApp(latchkey(), app, first.refresh_token), 'refresh_reused');
      expect(await introspect(second.access_token)).toEqual({ active: false });
      await latchkey().me(person.access_token).expect(200);
    });

    it('belongs to its app', async () => {
      const app = await newApp(latchkey());
      const { refresh_token } = await signInToApp(latchkey(), app, await latchkey().person());
      expectOAuthError(await refreshApp(latchkey(), await newApp(latchkey()), refresh_token), 'invalid_grant');
      await refreshApp(latchkey(), app, refresh_token).expect(200);
    });

    it('used ten times at once signs nobody out', async () => {
      const app = await newApp(latchkey());
      const { refresh_token } = await signInToApp(latchkey(), app, await latchkey().person());
      const answers = await times(10, () => refreshApp(latchkey(), app, refresh_token));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    });

    it('does not outlive the session of the browser', async () => {
      const app = await newApp(latchkey());
      const { refresh_token } = await signInToApp(latchkey(), app, await latchkey().person());
      latchkey().clock.turn(8 * 86_400);
      expectOAuthError(await refreshApp(latchkey(), app, refresh_token), 'refresh_invalid');
    });
  });
});
