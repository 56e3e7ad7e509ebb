import { describe, expect, it } from 'vitest';
import {
  askForCode,
  askForTokens,
  callback,
  codeFor,
  newApp,
  newPkce,
  queryOf,
  returnedIn,
} from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { publicUrl, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

const { challenge } = newPkce();

/** The query with one parameter changed as text; `undefined` removes it. */
const changed = (query: string, name: string, value: string | undefined): string => {
  const search = new URLSearchParams(query);
  if (value === undefined) search.delete(name);
  else search.set(name, value);
  return `?${search}`;
};

describe.each(engines)('an authorization request on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('sends a signed-in user back with a code, the state and the issuer (RFC 9207)', async () => {
    const app = await newApp(latchkey());
    const answer = await askForCode(latchkey(), queryOf(app, challenge), await latchkey().person()).expect(200);
    expect(answer.body.location).toMatch(/^https:\/\/shop\.example\.com\/callback\?code=/);
    const { code, ...rest } = returnedIn(answer);
    expect(code).toMatch(/^[\w-]{43}$/);
    expect(rest).toEqual({ state: 'the state', iss: publicUrl });
  });

  it('keeps the query of a redirect URI', async () => {
    const redirect_uri = `${callback}?tenant=a%2Fb`;
    const app = await newApp(latchkey(), { redirectUris: [redirect_uri] });
    const query = queryOf(app, challenge, { redirect_uri });
    const { body } = await askForCode(latchkey(), query, await latchkey().person()).expect(200);
    expect(body.location.startsWith(`${redirect_uri}&code=`)).toBe(true);
  });

  it.each(['127.0.0.1', '[::1]'])(
    'a native app listens on any port of http://%s, and on no other path',
    async (host) => {
      const app = await newApp(latchkey(), { redirectUris: [`http://${host}/callback`] });
      const person = await latchkey().person();
      const ask = (redirect_uri: string) => askForCode(latchkey(), queryOf(app, challenge, { redirect_uri }), person);
      for (const port of ['', ':1', ':51004'])
        expect((await ask(`http://${host}${port}/callback`).expect(200)).body.location).toContain(
          `${port}/callback?code=`,
        );
      for (const uri of [
        `http://${host}:51004/other`,
        `https://${host}:51004/callback`,
        `http://${host}:51004@evil.example/callback`,
        `http://${host}.evil.example/callback`,
        `http://${host}:x/callback`,
        'http://localhost:51004/callback',
      ])
        expectProblem(await ask(uri), 'invalid_authorization_request');
    },
  );

  it('asks for a sign-in, and says for which app', async () => {
    const app = await newApp(latchkey(), { name: 'The shop' });
    const query = queryOf(app, challenge, { login_hint: 'ada' });
    expect((await askForCode(latchkey(), query).expect(200)).body).toEqual({
      login: { app: 'The shop', since: latchkey().clock.now().toISOString(), hint: 'ada' },
    });
  });

  it.each([
    ['no client_id', 'client_id', undefined, 'client'],
    ['an unknown client_id', 'client_id', 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'client'],
    ['a client_id of another form', 'client_id', '__proto__', 'client'],
    ['no redirect_uri', 'redirect_uri', undefined, 'redirect_uri'],
    ...[
      'https://shop.example.com/callback/',
      'https://shop.example.com/callback?x=1',
      'https://shop.example.com/callback#x',
      'https://shop.example.com/Callback',
      'https://shop.example.com:443/callback',
      'https://shop.example.com/./callback',
      'https://shop.example.com/callback/../callback',
      'https://shop.example.com%2fcallback',
      'https://shop.example.com@evil.example/callback',
      'https://shop.example.com.evil.example/callback',
      'https://evil.example/callback',
      'http://shop.example.com/callback',
      'HTTPS://shop.example.com/callback',
      'https://shop.example.com/callback\n',
      ' https://shop.example.com/callback',
      'https://shop\u0456example.com/callback',
      '//shop.example.com/callback',
      'javascript:alert(1)',
    ].map((uri) => [`the redirect_uri ${JSON.stringify(uri)}`, 'redirect_uri', uri, 'redirect_uri'] as const),
  ] as const)('%s sends the browser nowhere', async (_what, name, value, reason) => {
    const query = changed(queryOf(await newApp(latchkey()), challenge), name, value);
    const answer = await askForCode(latchkey(), query, await latchkey().person());
    expectProblem(answer, 'invalid_authorization_request');
    expect(answer.body).toMatchObject({ values: { reason } });
    expect(answer.body.location).toBeUndefined();
  });

  it.each(['client_id', 'redirect_uri'])('a repeated %s sends the browser nowhere', async (name) => {
    const query = queryOf(await newApp(latchkey()), challenge);
    const answer = await askForCode(latchkey(), `${query}&${name}=x`, await latchkey().person());
    expectProblem(answer, 'invalid_authorization_request');
    expect(answer.body).toMatchObject({ values: { reason: 'repeated' } });
  });

  it.each([
    ['response_type', undefined, 'unsupported_response_type'],
    ['response_type', 'token', 'unsupported_response_type'],
    ['response_type', 'code id_token', 'unsupported_response_type'],
    ['response_mode', 'fragment', 'invalid_request'],
    ['response_mode', 'form_post', 'invalid_request'],
    ['scope', undefined, 'invalid_scope'],
    ['scope', 'admin', 'invalid_scope'],
    ['code_challenge', undefined, 'invalid_request'],
    ['code_challenge', 'short', 'invalid_request'],
    ['code_challenge', `${'a'.repeat(42)}=`, 'invalid_request'],
    ['code_challenge_method', undefined, 'invalid_request'],
    ['code_challenge_method', 'plain', 'invalid_request'],
    ['prompt', 'create', 'invalid_request'],
    ['prompt', 'none login', 'invalid_request'],
    ['max_age', '-1', 'invalid_request'],
    ['max_age', '1e3', 'invalid_request'],
    ['request', 'eyJhbGciOiJub25lIn0.e30.', 'request_not_supported'],
    ['request_uri', 'https://evil.example/request', 'request_uri_not_supported'],
  ] as const)('%s=%s is answered to the app with %s', async (name, value, error) => {
    const query = changed(queryOf(await newApp(latchkey()), challenge), name, value);
    // Before anybody has to sign in.
    const back = returnedIn(await askForCode(latchkey(), query).expect(200));
    expect(back).toEqual({ error, error_description: expect.any(String), state: 'the state', iss: publicUrl });
  });

  it.each(['state', 'scope', 'nonce', 'prompt', 'code_challenge'])(
    'a repeated %s is answered to the app',
    async (name) => {
      const query = `${queryOf(await newApp(latchkey()), challenge, { nonce: 'n', prompt: 'login' })}&${name}=x`;
      expect(returnedIn(await askForCode(latchkey(), query))).toMatchObject({ error: 'invalid_request' });
    },
  );

  it('an unknown parameter and an unknown scope are ignored, as is an empty parameter', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const grant = await codeFor(latchkey(), app, person, { scope: 'openid admin', resource: 'x', prompt: '' });
    expect((await askForTokens(latchkey(), grant).expect(200)).body.scope).toBe('openid');
  });

  it('a query of more than 8 kB is refused', async () => {
    const answer = await askForCode(latchkey(), `?state=${'x'.repeat(8200)}`);
    expectProblem(answer, 'invalid_request');
  });

  describe('prompt', () => {
    it('none without a session answers login_required, and never shows anything', async () => {
      const query = queryOf(await newApp(latchkey()), challenge, { prompt: 'none' });
      expect(returnedIn(await askForCode(latchkey(), query))).toMatchObject({ error: 'login_required' });
    });

    it('none with a session answers a code', async () => {
      const query = queryOf(await newApp(latchkey()), challenge, { prompt: 'none' });
      expect(returnedIn(await askForCode(latchkey(), query, await latchkey().person()))).toHaveProperty('code');
    });

    it.each([{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '0' }])(
      '%o asks a signed-in user to sign in again, once',
      async (more) => {
        const query = queryOf(await newApp(latchkey()), challenge, more);
        const before = await latchkey().person();
        latchkey().clock.turn(1);
        const { body } = await askForCode(latchkey(), query, before).expect(200);
        const again = { since: body.login.since };
        // The session before the question does not answer it.
        expect((await askForCode(latchkey(), query, before, again)).body).toHaveProperty('login');
        latchkey().clock.turn(5);
        const after = await latchkey().openSessionOf(before.id);
        expect(returnedIn(await askForCode(latchkey(), query, after, again))).toHaveProperty('code');
        latchkey().clock.turn(900);
        expect((await askForCode(latchkey(), query, after, again)).body).toHaveProperty('login');
      },
    );

    it('max_age asks for a sign-in that is older', async () => {
      const query = queryOf(await newApp(latchkey()), challenge, { max_age: '60' });
      const person = await latchkey().person();
      expect((await askForCode(latchkey(), query, person)).body).toHaveProperty('location');
      latchkey().clock.turn(61);
      expect((await askForCode(latchkey(), query, person)).body).toHaveProperty('login');
    });
  });

  describe('of a third party', () => {
    const thirdParty = () => newApp(latchkey(), { name: `party ${Math.random()}`, isThirdParty: true });

    it('asks for consent once, and again for more scopes', async () => {
      const app = await thirdParty();
      const person = await latchkey().person();
      const ask = (scope: string, more = {}) =>
        askForCode(latchkey(), queryOf(app, challenge, { scope }), person, more).expect(200);
      const { body } = await ask('openid');
      expect(body.consent).toEqual({ app: expect.any(String), host: 'shop.example.com', scopes: ['openid'] });
      expect(returnedIn(await ask('openid', { consent: true }))).toHaveProperty('code');
      expect(returnedIn(await ask('openid'))).toHaveProperty('code');
      expect((await ask('openid email')).body.consent.scopes).toEqual(['openid', 'email']);
    });

    it('answers access_denied when the user refuses, and consent_required to prompt=none', async () => {
      const app = await thirdParty();
      const person = await latchkey().person();
      const query = queryOf(app, challenge);
      const refused = await askForCode(latchkey(), query, person, { consent: false });
      expect(returnedIn(refused)).toMatchObject({ error: 'access_denied' });
      const silent = await askForCode(latchkey(), queryOf(app, challenge, { prompt: 'none' }), person);
      expect(returnedIn(silent)).toMatchObject({ error: 'consent_required' });
    });

    it('prompt=consent asks, also for an app of the team', async () => {
      const query = queryOf(await newApp(latchkey()), challenge, { prompt: 'consent' });
      expect((await askForCode(latchkey(), query, await latchkey().person())).body).toHaveProperty('consent');
    });
  });

  it('refuses the token of an app and an API token: only the session of the browser gives codes', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const tokens = (await askForTokens(latchkey(), await codeFor(latchkey(), app, person)).expect(200)).body;
    const answer = await askForCode(latchkey(), queryOf(app, challenge), tokens);
    expect([401, 403]).toContain(answer.status);
  });

  it('a code of a session that ended meanwhile is not given', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    await latchkey().http.post('/api/sessions/logout').send({ refresh_token: person.refresh_token }).expect(204);
    expectProblem(await askForCode(latchkey(), queryOf(app, challenge), person), 'token_revoked');
  });

  it('with HS256 no app can sign anybody in, because every service could forge ID tokens', async () => {
    const shared = await startLatchkey(engine, { settings: { JWT_ALGORITHM: 'HS256' } });
    const answer = await askForCode(shared, queryOf(await newApp(shared), challenge), await shared.person());
    expectProblem(answer, 'invalid_authorization_request');
    expect(answer.body).toMatchObject({ values: { reason: 'algorithm' } });
  });
});
