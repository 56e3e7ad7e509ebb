import { randomBytes, randomUUID } from 'node:crypto';
import type { OAuth2Server } from 'oauth2-mock-server';
import type { Test } from 'supertest';
import { expect, onTestFinished } from 'vitest';
import { bearer, fromOwnPage, type Latchkey, publicUrl } from './start-latchkey.ts';

/** Starts an OpenID Provider that signs in everybody at once. Its events bend what it says. The caller stops it. */
export const runProvider = async (): Promise<OAuth2Server> => {
  const { OAuth2Server } = await import('oauth2-mock-server');
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  return server;
};

/** Starts one until the test ends. */
export const startProvider = async (): Promise<OAuth2Server> => {
  const server = await runProvider();
  onTestFinished(() => server.stop());
  return server;
};

/** The settings of a Latchkey that signs people in with this provider, under this name. */
export const providerSettings = (issuer: string | undefined, name = 'acme') => {
  const setting = (part: string): string => `PROVIDER_${name.toUpperCase()}_${part}`;
  return {
    [setting('ISSUER')]: issuer ?? '',
    [setting('CLIENT_ID')]: 'latchkey',
    [setting('CLIENT_SECRET')]: 'the secret that both know',
    [setting('LABEL')]: 'Acme',
  };
};

type Claims = Readonly<Record<string, unknown>>;

/** What the provider says about everybody from now on. `undefined` removes a claim. */
export const setClaims = ({ service }: OAuth2Server, claims: Claims): void => {
  service.removeAllListeners('beforeTokenSigning');
  service.on('beforeTokenSigning', ({ payload }) => Object.assign(payload, claims));
  service.removeAllListeners('beforeUserinfo');
  service.on('beforeUserinfo', (answer) => {
    answer.body = { sub: claims.sub };
  });
};

/** An attempt, with the headers of the browser that began it. */
export const openAttempt = async ({ services, clock }: Latchkey, provider = 'acme') => {
  const { attempts, transaction } = services;
  const secrets = { state: randomBytes(32).toString('base64url'), browser: randomBytes(32).toString('base64url') };
  await transaction((write) => attempts.open(write, secrets, { provider, isLink: false }, clock.now()));
  const headers = { ...fromOwnPage, Cookie: `latchkey_attempt_5173=${secrets.browser}` };
  return { secrets, attempt: secrets.state, headers };
};

/** An attempt whose provider has confirmed who somebody is. */
export const identifiedAttempt = async (latchkey: Latchkey, subject: string = randomUUID()) => {
  const opened = await openAttempt(latchkey);
  const { attempts, transaction, clock } = latchkey.services;
  const profile = { email: null, isEmailTrusted: false, username: null, displayName: null };
  const identity = { issuer: 'https://acme.example', subject, ...profile };
  await transaction((write) => attempts.setIdentity(write, opened.secrets, identity, clock()));
  return opened;
};

/** A browser that signs in with a provider. It has its own cookie. */
export const createBrowser = ({ http }: Latchkey, name = 'acme') => {
  let cookie = '';
  const send = (method: 'post' | 'delete', path: string, token?: string): Test => {
    const request = http[method](path).set(fromOwnPage);
    if (cookie) request.set('Cookie', cookie);
    return token === undefined ? request : request.set(...bearer(token));
  };
  const post = (path: string, body: object = {}, token?: string): Test => send('post', path, token).send(body);

  const browser = {
    post,
    /** The value of its cookie. */
    secret: (): string => cookie.split('=')[1] ?? '',
    start: async (body: object = {}): Promise<URL> => {
      const answer = await post(`/api/identities/${name}/start`, body).expect(200);
      [cookie = ''] = String(answer.headers['set-cookie']).split(';');
      return new URL(answer.body.location);
    },
    /** Goes to the provider. Returns the query that the page /login/continue gets. */
    async visit(location: URL): Promise<string> {
      const answer = await fetch(location, { redirect: 'manual' });
      const back = new URL(
        answer.headers.get('location') ?? expect.fail('the provider does not send the browser back'),
      );
      expect(back.href.replace(/\?.*/, '')).toBe(`${publicUrl}/api/identities/${name}/callback`);
      const received = await http.get(back.pathname + back.search).expect(303);
      const page = new URL(received.headers.location ?? '', publicUrl);
      expect(page.pathname).toBe('/login/continue');
      expect(page.search).toBe('');
      const fragment = new URLSearchParams(page.hash.slice(1));
      expect(fragment.get('provider')).toBe(name);
      return fragment.get('query') ?? '';
    },
    callback: (query: string): Test => post(`/api/identities/${name}/callback`, { query }),
    /** From the button to the answer of the page. */
    async identify(body: object = {}) {
      return (await browser.callback(await browser.visit(await browser.start(body))).expect(200)).body;
    },
    signIn: (attempt: string, more: object = {}): Test => post('/api/identities/sign-in', { attempt, ...more }),
    register: (attempt: string, body: object): Test => post('/api/identities/register', { attempt, ...body }),
    link: (attempt: string, token: string): Test => post('/api/identities', { attempt }, token),
    unlink: (id: string, token: string): Test => send('delete', `/api/identities/${id}`, token),
  };
  return browser;
};
