import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { deviceGrantType } from '@latchkey/contract/oauth';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { askForTokens, introspectAsAdmin, newApp, refreshApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { bearer, freshName, publicUrl, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('grants without a browser on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const credentialsOf = ({ id, secret }: { id: string; secret: string | undefined }) => ({
    client_id: id,
    ...(secret !== undefined && { client_secret: secret }),
  });

  describe('client credentials', () => {
    const newService = async (scopes = ['read', 'write']) => {
      const serviceAccount = freshName();
      const app = await newApp(latchkey(), { isConfidential: true, redirectUris: [], scopes, serviceAccount });
      return { ...app, serviceAccount };
    };
    const ask = (app: { id: string; secret: string | undefined }, more: object = {}) =>
      askForTokens(latchkey(), { grant_type: 'client_credentials', ...credentialsOf(app), ...more });

    it('give an app the token of its service account, and no refresh or ID token', async () => {
      const app = await newService();
      const { body } = await ask(app, { scope: 'read' }).expect(200);
      expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 1800, scope: 'read' });
      expect(await introspectAsAdmin(latchkey(), body.access_token)).toMatchObject({
        active: true,
        username: app.serviceAccount,
        client_id: app.id,
        scope: 'read',
        role: 'user',
      });
      expect((await ask(app).expect(200)).body.scope).toBe('read write');
    });

    it('share a session for a day, so that a busy service adds no rows', async () => {
      const app = await newService();
      const sid = async () => {
        const { body } = await ask(app).expect(200);
        return (await introspectAsAdmin(latchkey(), body.access_token)).sid;
      };
      const sids = await Promise.all(Array.from({ length: 10 }, sid));
      expect(new Set(sids).size).toBe(1);
    });

    it('end when the account is disabled or the app is removed, and its tokens with them', async () => {
      const app = await newService();
      const { body } = await ask(app).expect(200);
      const account = await latchkey().accounts.findByUsername(app.serviceAccount);
      await latchkey().disable(account?.id ?? '');
      expect(await introspectAsAdmin(latchkey(), body.access_token)).toEqual({ active: false });
      expectOAuthError(await ask(app), 'unauthorized_client');
    });

    it('are refused without a service account, for another scope, and with a wrong secret', async () => {
      expectOAuthError(await ask(await newApp(latchkey(), { isConfidential: true })), 'unauthorized_client');
      expectOAuthError(await ask(await newApp(latchkey())), 'unauthorized_client');
      const app = await newService();
      expectOAuthError(await ask(app, { scope: 'read delete' }), 'invalid_scope');
      expectOAuthError(await ask(app, { scope: 'openid' }), 'invalid_scope');
      expectOAuthError(await ask({ ...app, secret: 'wrong' }), 'invalid_client');
    });

    it('the service account cannot sign in', async () => {
      const app = await newService();
      const answer = await latchkey()
        .http.post('/api/sessions/login')
        .send({ username: app.serviceAccount, password: 'any password' });
      expectProblem(answer, 'invalid_credentials');
    });
  });

  describe('the device flow', () => {
    const newDevice = () => newApp(latchkey(), { redirectUris: [], isDevice: true });
    const begin = async (app: { id: string }, scope = 'openid offline_access') => {
      const request = latchkey().http.post('/api/oauth/device_authorization').type('form');
      return (await request.send({ client_id: app.id, scope }).expect(200)).body;
    };
    const poll = (app: { id: string }, device_code: string) =>
      askForTokens(latchkey(), { grant_type: deviceGrantType, device_code, client_id: app.id });
    const decide = ({ access_token }: { access_token: string }, userCode: string, isAllowed?: boolean) =>
      latchkey()
        .http.post('/api/oauth/device')
        .set(...bearer(access_token))
        .send({ userCode, isAllowed });

    it('gives the device tokens when its user has entered the code and allowed it', async () => {
      const app = await newDevice();
      const person = await latchkey().person();
      const begun = await begin(app);
      expect(begun).toEqual({
        device_code: expect.stringMatching(/^[\w-]{43}$/),
        user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
        verification_uri: `${publicUrl}/device`,
        verification_uri_complete: `${publicUrl}/device#code=${begun.user_code}`,
        expires_in: 600,
        interval: 5,
      });
      expectOAuthError(await poll(app, begun.device_code), 'authorization_pending');
      expectOAuthError(await poll(app, begun.device_code), 'slow_down');

      const shown = await decide(person, ` ${begun.user_code.toLowerCase().replace('-', ' ')}`).expect(200);
      expect(shown.body).toMatchObject({ scopes: ['openid', 'offline_access'] });
      await decide(person, begun.user_code, true).expect(200);
      latchkey().clock.turn(5);
      const { body } = await poll(app, begun.device_code).expect(200);
      expect(jwt.decode(body.id_token)).toMatchObject({ sub: person.id, aud: app.id, amr: ['pwd'] });
      await refreshApp(latchkey(), app, body.refresh_token).expect(200);
      // The code is spent.
      latchkey().clock.turn(5);
      expectOAuthError(await poll(app, begun.device_code), 'invalid_grant');
    });

    it('outlives the session of the browser, and ends with the password', async () => {
      const app = await newDevice();
      const person = await latchkey().person();
      const begun = await begin(app);
      await decide(person, begun.user_code, true).expect(200);
      const { body } = await poll(app, begun.device_code).expect(200);
      await latchkey().http.post('/api/sessions/logout').send({ refresh_token: person.refresh_token }).expect(204);
      const refreshed = (await refreshApp(latchkey(), app, body.refresh_token).expect(200)).body;
      const token = await latchkey().linkTo(person, 'reset_password');
      await latchkey()
        .http.post('/api/passwords/reset')
        .send({ token, newPassword: 'seven purple kettles' })
        .expect(204);
      expectOAuthError(await refreshApp(latchkey(), app, refreshed.refresh_token), 'session_ended');
    });

    it('of ten concurrent polls after the decision, one gets tokens', async () => {
      const app = await newDevice();
      const begun = await begin(app);
      await decide(await latchkey().person(), begun.user_code, true).expect(200);
      const answers = await Promise.all(Array.from({ length: 10 }, () => poll(app, begun.device_code)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('of ten concurrent decisions, one counts', async () => {
      const app = await newDevice();
      const begun = await begin(app);
      const person = await latchkey().person();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => decide(person, begun.user_code, n % 2 === 0)),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(404)]);
    });

    it('tells the device that its user refused, and that its code has expired', async () => {
      const app = await newDevice();
      const refused = await begin(app);
      await decide(await latchkey().person(), refused.user_code, false).expect(200);
      expectOAuthError(await poll(app, refused.device_code), 'access_denied');
      const late = await begin(app);
      const person = await latchkey().person();
      latchkey().clock.turn(600);
      expectOAuthError(await poll(app, late.device_code), 'expired_token');
      expectProblem(await decide(person, late.user_code, true), 'device_code_unknown');
    });

    it('gives nothing to another app, to an app without the flow, and for a scope that the app does not have', async () => {
      const app = await newDevice();
      const begun = await begin(app);
      await decide(await latchkey().person(), begun.user_code, true).expect(200);
      expectOAuthError(await poll(await newDevice(), begun.device_code), 'invalid_grant');
      const start = (body: object) => latchkey().http.post('/api/oauth/device_authorization').type('form').send(body);
      expectOAuthError(await start({ client_id: (await newApp(latchkey())).id }), 'unauthorized_client');
      expectOAuthError(await start({ client_id: app.id, scope: 'openid delete' }), 'invalid_scope');
      await poll(app, begun.device_code).expect(200);
    });

    it('stores neither code', async () => {
      const begun = await begin(await newDevice());
      const { read, tables } = latchkey().database;
      const stored = JSON.stringify(await read.select().from(tables.deviceRequests));
      expect(stored).not.toContain(begun.device_code);
      expect(stored).not.toContain(begun.user_code.replace('-', ''));
    });
  });

  describe.each([
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['PS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const)('a client assertion with %s', (algorithm, { privateKey, publicKey }) => {
    const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
    const newSigner = () => newApp(latchkey(), { isConfidential: true, publicKey: pem, serviceAccount: freshName() });
    const claimsOf = (app: { id: string }) => {
      const now = Math.floor(latchkey().clock.now().getTime() / 1000);
      return { iss: app.id, sub: app.id, aud: publicUrl, iat: now, exp: now + 60, jti: randomUUID() };
    };
    const sign = (claims: object, key = privateKey, more: jwt.SignOptions = {}): string =>
      jwt.sign(claims, key, { algorithm, ...more });
    const ask = (client_assertion: string, more: object = {}) =>
      askForTokens(latchkey(), {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
        ...more,
      });

    it('authenticates the app once, in ten concurrent calls', async () => {
      const app = await newSigner();
      expect(app.secret).toBeUndefined();
      const assertion = sign(claimsOf(app));
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(assertion)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(401)]);
      await ask(sign({ ...claimsOf(app), aud: [`${publicUrl}/api/oauth/token`] }), { client_id: app.id }).expect(200);
      const introspection = latchkey().http.post('/api/oauth/introspect').type('form');
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      await introspection
        .send({ token: 'x', client_assertion_type: type, client_assertion: sign(claimsOf(app)) })
        .expect(200, { active: false });
    });

    it.each([
      ['of another issuer', { iss: 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa' }],
      ['for another audience', { aud: 'https://evil.example' }],
      ['without a time of expiry', { exp: undefined }],
      ['that has expired', { exp: 1 }],
      ['that lives for a day', { exp: Math.floor(Date.now() / 1000) + 86_400 }],
      ['from the future', { iat: Math.floor(Date.now() / 1000) + 3600 }],
      ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 3600 }],
      ['without an id', { jti: undefined }],
      ['for an app that does not exist', { sub: 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa' }],
      ['whose expiry is infinite', { exp: 1e308 }],
    ])('%s is refused', async (_, change) => {
      const app = await newSigner();
      const claims = Object.fromEntries(
        Object.entries({ ...claimsOf(app), ...change }).filter(([, value]) => value !== undefined),
      );
      expectOAuthError(await ask(sign(claims)), 'invalid_client');
    });

    it('is refused with another key, a shared secret, no signature, a critical extension, another type or a secret beside it', async () => {
      const app = await newSigner();
      const other =
        algorithm === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
      expectOAuthError(await ask(sign(claimsOf(app), other.privateKey)), 'invalid_client');
      expectOAuthError(await ask(jwt.sign(claimsOf(app), 'a shared secret of some length')), 'invalid_client');
      expectOAuthError(await ask(jwt.sign(claimsOf(app), '', { algorithm: 'none' })), 'invalid_client');
      const critical = { header: { alg: algorithm, crit: ['x'] } };
      expectOAuthError(await ask(sign(claimsOf(app), privateKey, critical)), 'invalid_client');
      expectOAuthError(await ask(sign(claimsOf(app)), { client_assertion_type: 'jwt' }), 'invalid_client');
      expectOAuthError(await ask(sign(claimsOf(app)), { client_secret: 'x' }), 'invalid_request');
      expectOAuthError(await ask(sign(claimsOf(app)), { client_id: (await newApp(latchkey())).id }), 'invalid_client');
      expectOAuthError(await ask('x'.repeat(5000)), 'invalid_client');
      const bySecret = await newApp(latchkey(), { isConfidential: true });
      expectOAuthError(await ask(sign(claimsOf(bySecret))), 'invalid_client');
    });
  });
});
