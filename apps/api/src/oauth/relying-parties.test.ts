import { exportSPKI, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { askForCode, callback, newApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { freePort } from '../../testing/free-port.ts';
import { hasApache, startApache } from '../../testing/start-apache.ts';
import { freshName, startLatchkey } from '../../testing/start-latchkey.ts';

const scope = 'openid profile offline_access';

/** Client libraries that nobody here wrote. The test stands in for the browser. */
describe.each(engines)('relying parties on $name', (engine) => {
  const start = async (JWT_ALGORITHM: string) => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const latchkey = await startLatchkey(engine, { port, settings: { PUBLIC_URL: issuer, JWT_ALGORITHM } });
    return { latchkey, issuer, person: await latchkey.person({ displayName: 'Ada' }) };
  };

  it.each([
    ['RS256', openid.ClientSecretPost],
    ['ES256', openid.ClientSecretBasic],
  ] as const)('openid-client signs in, refreshes and signs out: %s', async (algorithm, authenticationOf) => {
    const { latchkey, issuer, person } = await start(algorithm);
    const app = await newApp(latchkey, { isConfidential: true });
    const config = await openid.discovery(new URL(issuer), app.id, undefined, authenticationOf(app.secret), {
      execute: [openid.allowInsecureRequests],
    });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      max_age: '600',
    });
    expect(address.origin + address.pathname).toBe(`${issuer}/oauth/authorize`);
    const { body } = await askForCode(latchkey, address.search, person).expect(200);
    const tokens = await openid.authorizationCodeGrant(config, new URL(body.location), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      maxAge: 600,
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({ sub: person.id, name: 'Ada' });
    expect(await openid.fetchUserInfo(config, tokens.access_token, person.id)).toMatchObject({ name: 'Ada' });

    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.claims()?.sub).toBe(person.id);
    const signOut = openid.buildEndSessionUrl(config, {
      id_token_hint: refreshed.id_token ?? '',
      post_logout_redirect_uri: 'https://shop.example.com/',
    });
    const { body: answer } = await latchkey.http
      .post('/api/oauth/end-session')
      .set('Authorization', `Bearer ${person.access_token}`)
      .send({ query: signOut.search })
      .expect(200);
    expect(answer).toEqual({ location: 'https://shop.example.com/', isConfirmed: true });
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '');
    const again = openid.refreshTokenGrant(config, refreshed.refresh_token ?? '');
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('openid-client gets tokens without a user: by secret and by private key', async () => {
    const { latchkey, issuer } = await start('RS256');
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const bySecret = await newApp(latchkey, { isConfidential: true, serviceAccount: freshName() });
    const pem = await exportSPKI(publicKey);
    const byKey = await newApp(latchkey, { isConfidential: true, serviceAccount: freshName(), publicKey: pem });
    for (const [app, authentication] of [
      [bySecret, openid.ClientSecretBasic(bySecret.secret)],
      [byKey, openid.PrivateKeyJwt(privateKey)],
    ] as const) {
      const options = { execute: [openid.allowInsecureRequests] };
      const config = await openid.discovery(new URL(issuer), app.id, undefined, authentication, options);
      const tokens = await openid.clientCredentialsGrant(config, { scope: 'cart' });
      expect(await openid.tokenIntrospection(config, tokens.access_token)).toMatchObject({
        active: true,
        scope: 'cart',
      });
    }
  });

  it('openid-client signs in a device', async () => {
    const { latchkey, issuer, person } = await start('RS256');
    const app = await newApp(latchkey, { redirectUris: [], isDevice: true });
    const options = { execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(new URL(issuer), app.id, undefined, openid.None(), options);
    const begun = await openid.initiateDeviceAuthorization(config, { scope });
    await latchkey.http
      .post('/api/oauth/device')
      .set('Authorization', `Bearer ${person.access_token}`)
      .send({ userCode: begun.user_code, isAllowed: true })
      .expect(200);
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0 });
    expect(tokens.claims()).toMatchObject({ sub: person.id, name: 'Ada' });
  });

  it.skipIf(!hasApache)('Apache with mod_auth_openidc signs in', async () => {
    const { latchkey, issuer, person } = await start('RS256');
    const register = (redirectUri: string) => newApp(latchkey, { isConfidential: true, redirectUris: [redirectUri] });
    const origin = await startApache(issuer, register);
    // Not fetch: Apache would answer the request of a script with 401 instead of a redirect.
    const browser = supertest.agent(origin).set('Accept', 'text/html');
    const first = await browser.get('/index.html').expect(302);
    const asked = new URL(first.headers.location ?? '');
    expect(asked.origin + asked.pathname).toBe(`${issuer}/oauth/authorize`);
    const { body } = await askForCode(latchkey, asked.search, person).expect(200);
    const { pathname, search } = new URL(body.location);
    const returned = await browser.get(pathname + search).expect(302);
    expect(returned.headers.location).toBe(`${origin}/index.html`);
    const page = await browser.get('/index.html').expect(200);
    expect(page.headers['x-user']).toBe(person.username);
  });

  it('oauth4webapi signs a public app in, and refuses an answer of another issuer (RFC 9207)', async () => {
    const { latchkey, issuer, person } = await start('RS256');
    const app = await newApp(latchkey);
    const overHttp = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(new URL(issuer), overHttp);
    const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
    const client = { client_id: app.id };
    const verifier = oauth.generateRandomCodeVerifier();
    const address = new URL(server.authorization_endpoint ?? '');
    for (const [name, value] of Object.entries({
      client_id: app.id,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }))
      address.searchParams.set(name, value);
    const { body } = await askForCode(latchkey, address.search, person).expect(200);
    const returned = new URL(body.location);
    const mixedUp = { ...server, issuer: 'https://other.example' };
    expect(() => oauth.validateAuthResponse(mixedUp, client, returned)).toThrow('unexpected "iss"');
    const parameters = oauth.validateAuthResponse(server, client, returned);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      callback,
      verifier,
      overHttp,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { requireIdToken: true });
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(person.id);
  });
});
