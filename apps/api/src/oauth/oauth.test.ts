import { describe, expect, it } from 'vitest';
import {
  askForCode,
  introspectAsAdmin,
  newApp,
  newPkce,
  queryOf,
  signInToApp,
  type TestApp,
} from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { bearer, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('OAuth endpoints on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const introspect = (token: string) => introspectAsAdmin(latchkey(), token);
  const revoke = (token: string) => latchkey().http.post('/api/oauth/revoke').type('form').send({ token }).expect(200);
  const forShop = async (token: string) => {
    const body = { name: 'x', audience: 'shop', scope: 'cart' };
    return (
      await latchkey()
        .http.post('/api/tokens')
        .set(...bearer(token))
        .send(body)
        .expect(201)
    ).body;
  };

  it('introspection describes an active token of any audience', async () => {
    const { access_token, id, username } = await latchkey().person();
    expect(await introspect(access_token)).toMatchObject({
      active: true,
      sub: id,
      username,
      aud: 'latchkey',
      client_id: 'latchkey',
      role: 'user',
    });
    const issued = await forShop(access_token);
    expect(await introspect(issued.access_token)).toMatchObject({
      active: true,
      aud: 'shop',
      scope: 'cart',
      token_type: 'bearer',
    });
  });

  it('introspection answers a confidential app, by header and by form', async () => {
    const { access_token, id } = await latchkey().person();
    const app = await newApp(latchkey(), { isConfidential: true });
    const ask = () => latchkey().http.post('/api/oauth/introspect').type('form');
    const form = { token: access_token, client_id: app.id, client_secret: app.secret };
    expect((await ask().send(form).expect(200)).body).toMatchObject({ active: true, sub: id });
    const byHeader = ask().auth(app.id, app.secret ?? '');
    expect((await byHeader.send({ token: access_token }).expect(200)).body).toMatchObject({ active: true, sub: id });
    expectOAuthError(await ask().send({ ...form, client_secret: 'wrong' }), 'invalid_client');
    const open = await newApp(latchkey());
    expectOAuthError(await ask().send({ token: access_token, client_id: open.id }), 'invalid_client');
  });

  it('introspection tells the app of a third party about its own tokens only', async () => {
    const person = await latchkey().person();
    const party = { isConfidential: true, isThirdParty: true };
    const [app, other] = [await newApp(latchkey(), party), await newApp(latchkey(), party)];
    await askForCode(latchkey(), queryOf(app, newPkce().challenge), person, { consent: true }).expect(200);
    const { access_token } = await signInToApp(latchkey(), app, person);
    const askAs = async ({ id, secret = '' }: TestApp, token: string) =>
      (await latchkey().http.post('/api/oauth/introspect').auth(id, secret).type('form').send({ token }).expect(200))
        .body;
    expect(await askAs(app, access_token)).toMatchObject({ active: true, client_id: app.id });
    expect(await askAs(other, access_token)).toEqual({ active: false });
    expect(await askAs(app, person.access_token)).toEqual({ active: false });
  });

  it('introspection says only that a token is not active', async () => {
    const { access_token, refresh_token, id } = await latchkey().person();
    const forged = `${access_token.slice(0, -4)}AAAA`;
    for (const token of ['nonsense', ' ', forged, refresh_token]) {
      expect(await introspect(token)).toEqual({ active: false });
    }
    await latchkey().disable(id);
    expect(await introspect(access_token)).toEqual({ active: false });
  });

  it('introspection requires the permission in the database, not in the token', async () => {
    const { access_token } = await latchkey().person();
    const asked = await latchkey()
      .http.post('/api/oauth/introspect')
      .set(...bearer(access_token))
      .type('form')
      .send({ token: access_token });
    expectOAuthError(asked, 'permission_missing');
    expect(asked.headers['www-authenticate']).toMatch(/, error="insufficient_scope"/);
  });

  it('revoking a refresh token or an access token ends its session', async () => {
    for (const kind of ['access_token', 'refresh_token'] as const) {
      const person = await latchkey().person();
      await revoke(person[kind]);
      expectProblem(await latchkey().me(person.access_token), 'token_revoked');
    }
  });

  it('revoking a forged token ends nothing, and gets the same answer', async () => {
    const { access_token, refresh_token } = await latchkey().person();
    await revoke(`${access_token.slice(0, -4)}AAAA`);
    await revoke(`${refresh_token.slice(0, -4)}AAAA`);
    await latchkey().me(access_token).expect(200);
  });

  describe.each(['/api/oauth/introspect', '/api/oauth/revoke'])('%s', (path) => {
    const send = async (form: string, type = 'application/x-www-form-urlencoded') => {
      const { access_token } = await latchkey().person({ role: 'admin' });
      return latchkey()
        .http.post(path)
        .set(...bearer(access_token))
        .type(type)
        .send(form);
    };

    it.each([
      ['no body', ''],
      ['no token', 'token_type_hint=access_token'],
      ['a token without a value', 'token='],
      ['two tokens', 'token=a&token=b'],
      ['two hints', 'token=a&token_type_hint=access_token&token_type_hint=refresh_token'],
    ])('refuses %s as an invalid request', async (_what, form) => {
      expectOAuthError(await send(form), 'invalid_request');
    });

    it('refuses a body that is not a form', async () => {
      expectOAuthError(await send('{"token":"a"}', 'application/json'), 'unsupported_media_type');
    });

    it.each(['token_type_hint=saml2', 'token_type_hint=', 'unknown=1&unknown=2'])('ignores %s', async (more) => {
      expect((await send(`token=nonsense&${more}`)).status).toBe(200);
    });

    it('answers any other method with an OAuth error', async () => {
      const answer = await latchkey().http.get(path);
      expectOAuthError(answer, 'method_not_allowed');
      expect(answer.headers.allow).toBe('POST');
    });
  });

  it('a wrong hint does not prevent the revocation', async () => {
    const { access_token } = await latchkey().person();
    const form = { token: access_token, token_type_hint: 'refresh_token' };
    await latchkey().http.post('/api/oauth/revoke').type('form').send(form).expect(200);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
  });

  it('introspection without a token gets a challenge without an error code', async () => {
    const answer = await latchkey().http.post('/api/oauth/introspect').type('form').send({ token: 'x' });
    expectOAuthError(answer, 'token_missing');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey"');
  });
});
