import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { addApp, type NewApp } from '../src/apps/add-app.ts';
import { bearer, type Latchkey } from './start-latchkey.ts';

export const callback = 'https://shop.example.com/callback';

export type TestApp = { readonly id: string; readonly secret: string | undefined };

/** Registers an app, a public one by default. */
export const newApp = ({ services }: Latchkey, options: Partial<NewApp> = {}): Promise<TestApp> =>
  addApp(services)({
    name: `shop-${randomUUID().slice(0, 8)}`,
    redirectUris: [callback],
    postLogoutRedirectUris: ['https://shop.example.com/'],
    isConfidential: false,
    isThirdParty: false,
    scopes: ['cart'],
    ...options,
  });

/** A code verifier of PKCE and its challenge. */
export const newPkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

type Parameters = Readonly<Record<string, string>>;

/** The query that an app sends a browser with. */
export const queryOf = (app: TestApp, challenge: string, more: Parameters = {}): string =>
  `?${new URLSearchParams({
    client_id: app.id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid profile email offline_access cart',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })}`;

type SignedIn = { readonly access_token: string };

/** Sends what the page /oauth/authorize sends. */
export const askForCode = ({ http }: Latchkey, query: string, person?: SignedIn, more: object = {}) => {
  const request = http.post('/api/oauth/authorize');
  if (person) request.set(...bearer(person.access_token));
  return request.send({ query, ...more });
};

/** The parameters with which the browser returns to the app. */
export const returnedIn = ({ body }: { readonly body: { readonly location?: string } }): Parameters =>
  Object.fromEntries(new URL(body.location ?? expect.fail('the browser is not sent back')).searchParams);

/** A code that was not redeemed yet, with what redeems it. */
export const codeFor = async (latchkey: Latchkey, app: TestApp, person: SignedIn, more: Parameters = {}) => {
  const { verifier, challenge } = newPkce();
  const { code = '' } = returnedIn(await askForCode(latchkey, queryOf(app, challenge, more), person).expect(200));
  const grant = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier };
  return { ...grant, client_id: app.id, ...(app.secret !== undefined && { client_secret: app.secret }) };
};

export const askForTokens = ({ http }: Latchkey, grant: object) =>
  http.post('/api/oauth/token').type('form').send(grant);

/** The tokens of an app for a person, who has signed in to it. */
export const signInToApp = async (latchkey: Latchkey, app: TestApp, person: SignedIn, more: Parameters = {}) =>
  (await askForTokens(latchkey, await codeFor(latchkey, app, person, more)).expect(200)).body;

/** What introspection tells an administrator about a token. */
export const introspectAsAdmin = async (latchkey: Latchkey, token: string) => {
  const { access_token } = await latchkey.person({ role: 'admin' });
  const asked = latchkey.http.post('/api/oauth/introspect').set(...bearer(access_token));
  return (await asked.type('form').send({ token }).expect(200)).body;
};

export const refreshApp = (latchkey: Latchkey, app: TestApp, refresh_token: string) =>
  askForTokens(latchkey, {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: app.id,
    ...(app.secret !== undefined && { client_secret: app.secret }),
  });
