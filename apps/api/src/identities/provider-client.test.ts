import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import type { OAuth2Server } from 'oauth2-mock-server';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { setClaims, startProvider } from '../../testing/provider.ts';
import { Problem } from '../problem.ts';
import type { Provider } from '../provider-settings.ts';
import { createProviderClient } from './provider-client.ts';

const needs = { clock: () => new Date(), issuer: 'https://accounts.example.com', clockToleranceSeconds: 30 };
const attempt = { state: 's'.repeat(43), browser: 'b'.repeat(43) };
const acme = (issuer: string, more: Partial<Provider> = {}): Provider => ({
  name: 'acme',
  label: 'Acme',
  protocol: 'openid',
  issuer,
  clientId: 'latchkey',
  authentication: { secret: 'the secret that both know' },
  scope: 'openid profile email',
  trustEmail: 'always',
  promptAgain: 'login',
  ...more,
});

/** Goes to the provider. Returns the query that it sends back. */
const visit = async (location: string): Promise<string> => {
  const answer = await fetch(location, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? expect.fail('the provider does not send the browser back')).search;
};

type Client = ReturnType<typeof createProviderClient>;
const signIn = async (client: Client) => client.finish(await visit(await client.begin(attempt, false)), attempt);

const expectRefused = async (outcome: Promise<unknown>, code: string, values?: object): Promise<void> => {
  const problem = await outcome.then(() => expect.fail('it was accepted')).catch((error) => error);
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({ code, values: { provider: 'Acme', ...values } });
  if (code === 'provider_unavailable') expect(problem.retryAfterSeconds).toBeGreaterThan(0);
};

/** A server of a few lines, until the test ends. */
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('a provider of OpenID Connect', () => {
  let server: OAuth2Server;
  let issuer: string;
  let client: Client;
  beforeEach(async () => {
    server = await startProvider();
    issuer = server.issuer.url ?? '';
    client = createProviderClient(acme(issuer), needs);
    setClaims(server, { sub: 'ada', email: 'ada@example.com', email_verified: true });
  });

  it('identifies the user by issuer and subject', async () => {
    expect(await signIn(client)).toEqual({
      issuer,
      subject: 'ada',
      email: 'ada@example.com',
      isEmailTrusted: true,
      username: 'ada',
      displayName: null,
    });
  });

  it.each<[string, (token: { header: Record<string, unknown>; payload: Record<string, unknown> }) => void]>([
    ['a nonce of another attempt', ({ payload }) => void Object.assign(payload, { nonce: 'another' })],
    ['no nonce', ({ payload }) => void delete payload.nonce],
    ['another issuer', ({ payload }) => void Object.assign(payload, { iss: 'https://evil.example' })],
    ['another audience', ({ payload }) => void Object.assign(payload, { aud: 'another-client' })],
    [
      'several audiences and another authorized party',
      ({ payload }) => {
        payload.aud = ['latchkey', 'another-client'];
        payload.azp = 'another-client';
      },
    ],
    [
      'a time of expiry that is past',
      ({ payload }) => void Object.assign(payload, { exp: Math.floor(Date.now() / 1000) - 3600 }),
    ],
    ['no subject', ({ payload }) => void delete payload.sub],
    ['a subject that is an object', ({ payload }) => void Object.assign(payload, { sub: { ada: true } })],
    ['a subject of 300 characters', ({ payload }) => void Object.assign(payload, { sub: 'x'.repeat(300) })],
  ])('refuses an ID token with %s', async (_, bend) => {
    server.service.on('beforeTokenSigning', bend);
    await expectRefused(signIn(client), 'provider_refused', { isCancelled: false });
  });

  /** Replaces the ID token in the answer of the token endpoint. */
  const replaceIdToken = (replace: (idToken: string) => unknown): void => {
    server.service.on('beforeResponse', ({ body }) => {
      if (body) body.id_token = replace(String(body.id_token));
    });
  };
  const payloadOf = (token: string) => token.split('.')[1] ?? '';
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

  it.each<[string, (idToken: string) => unknown]>([
    ['alg none', (token) => `${encode({ alg: 'none' })}.${payloadOf(token)}.`],
    [
      'the client secret as its key',
      (token) =>
        jwt.sign(JSON.parse(Buffer.from(payloadOf(token), 'base64url').toString()), 'the secret that both know'),
    ],
    ['a changed payload', (token) => token.replace(/\.[^.]+\./, `.${encode({ sub: 'admin' })}.`)],
    [
      'a key that is not published',
      (token) => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const claims = JSON.parse(Buffer.from(payloadOf(token), 'base64url').toString());
        return jwt.sign(claims, privateKey, { algorithm: 'RS256', keyid: 'unknown' });
      },
    ],
    ['no token', () => undefined],
    ['no text', () => 42],
  ])('refuses an answer with %s for an ID token', async (_, replace) => {
    replaceIdToken(replace);
    await expectRefused(signIn(client), 'provider_refused');
  });

  it('refuses the answer of another provider (RFC 9207), another state, and a repeated parameter', async () => {
    const query = await visit(await client.begin(attempt, false));
    await expectRefused(client.finish(`${query}&iss=https%3A%2F%2Fevil.example`, attempt), 'provider_refused');
    await expectRefused(client.finish(query.replace(/state=\w+/, 'state=other'), attempt), 'provider_refused');
    await expectRefused(client.finish(`${query}&code=another`, attempt), 'provider_refused');
    await expectRefused(client.finish('', attempt), 'provider_refused');
  });

  it('the code of one browser is worth nothing in another: PKCE and nonce differ', async () => {
    const query = await visit(await client.begin(attempt, false));
    const other = { ...attempt, browser: 'c'.repeat(43) };
    await expectRefused(client.finish(query, other), 'provider_refused');
  });

  it('refuses userinfo about another subject', async () => {
    setClaims(server, { sub: 'ada' });
    server.service.on('beforeUserinfo', (answer) => {
      answer.body = { sub: 'grace', email: 'grace@example.com' };
    });
    await expectRefused(signIn(client), 'provider_refused');
  });

  it('says that the user has cancelled', async () => {
    const query = `?error=access_denied&state=${attempt.state}`;
    await expectRefused(client.finish(query, attempt), 'provider_refused', { isCancelled: true });
  });

  it('accepts a new key of the provider', async () => {
    await signIn(client);
    const { issuer: keys } = server;
    await keys.keys.generate('RS256');
    // A cache of keys lasts a minute, so only a client that has none yet, or an old one, asks again.
    const later = createProviderClient(acme(issuer), needs);
    for (let n = 0; n < 3; n++) expect((await signIn(later)).subject).toBe('ada');
  });

  it('trusts a verified address of Google only where Google is the owner of the domain', async () => {
    const google = createProviderClient(acme(issuer, { trustEmail: 'own_domain' }), needs);
    const isTrusted = async (claims: object): Promise<boolean> => {
      setClaims(server, { sub: 'ada', email_verified: true, hd: undefined, ...claims });
      return (await signIn(google)).isEmailTrusted;
    };
    expect(await isTrusted({ email: 'ada@gmail.com' })).toBe(true);
    expect(await isTrusted({ email: 'ada@acme.example', hd: 'acme.example' })).toBe(true);
    expect(await isTrusted({ email: 'ada@acme.example' })).toBe(false);
    expect(await isTrusted({ email: 'ada@gmail.com', email_verified: false })).toBe(false);
    expect(await isTrusted({ email: 'ada@gmail.com.evil.example' })).toBe(false);
  });

  it.each([
    [{ preferred_username: 'Zoë.O’Hara@corp' }, 'Zoe.OHara'],
    [{ preferred_username: '…', nickname: 'ada-1' }, 'ada-1'],
    [{ email: 'grace.hopper+x@example.com' }, 'grace.hopperx'],
    [{ preferred_username: '李', email: 'li@example.com' }, null],
    [{ preferred_username: 'x'.repeat(200) }, 'x'.repeat(32)],
    [{ preferred_username: { toString: 1 } }, null],
  ])('suggests a user name for %j', async (claims, expected) => {
    setClaims(server, { sub: 'ada', ...claims });
    expect((await signIn(client)).username).toBe(expected);
  });

  it.each([{ email: 'nonsense' }, { email: 42 }, { name: '\u202e evil' }, { name: 'x'.repeat(1000) }])(
    'leaves out what cannot be stored: %j',
    async (claims) => {
      setClaims(server, { sub: 'ada', ...claims });
      expect(await signIn(client)).toMatchObject({ email: null, displayName: null });
    },
  );

  it('a token endpoint that fails is an outage, one that refuses is a refusal with a cause for the operator', async () => {
    const fail = (statusCode: number, error: string): void => {
      server.service.once('beforeResponse', (answer) => Object.assign(answer, { statusCode, body: { error } }));
    };
    fail(503, 'temporarily_unavailable');
    await expectRefused(signIn(client), 'provider_unavailable');
    fail(401, 'invalid_client');
    const refusal = await signIn(client).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'provider_refused', cause: expect.any(Error) });
  });
});

describe('a provider that is', () => {
  it('down, answers with an error, with nonsense, for another issuer, or with a huge document, is unavailable', async () => {
    const document = (issuer: string) =>
      JSON.stringify({ issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` });
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.destroy(),
      (response) => response.writeHead(500).end('out of order'),
      (response) => response.writeHead(302, { Location: 'https://evil.example' }).end(),
      (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{'),
      (response) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(document('https://evil.example')),
      (response) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"x":"${'x'.repeat(600_000)}"}`),
    ];
    for (const answer of answers) {
      const url = await serve((_, response) => answer(response));
      await expectRefused(createProviderClient(acme(url), needs).begin(attempt, false), 'provider_unavailable');
    }
  });

  it('silent is unavailable after the timeout', async () => {
    const url = await serve(() => {});
    const client = createProviderClient(acme(url), { ...needs, timeoutSeconds: 0.05 });
    await expectRefused(client.begin(attempt, false), 'provider_unavailable');
  });

  it('down is asked once for many sign-ins, and again later', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.destroy();
    });
    const client = createProviderClient(acme(url), needs);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => client.begin(attempt, false)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(requests).toBe(1);
  });
});

describe('GitHub', () => {
  const startGithub = async (user: object, emails: unknown, more: { tokenAnswer?: object; status?: number } = {}) => {
    const requests: { url: string; authorization: string | undefined; body: URLSearchParams }[] = [];
    const base = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { url = '' } = request;
      requests.push({
        url,
        authorization: request.headers.authorization,
        body: new URLSearchParams(Buffer.concat(chunks).toString()),
      });
      const answers: Record<string, unknown> = {
        '/login/oauth/access_token': more.tokenAnswer ?? { access_token: 'gho_x', token_type: 'bearer', scope: 'user' },
        '/api/v3/user': user,
        '/api/v3/user/emails': emails,
      };
      response.writeHead(url.startsWith('/api') ? (more.status ?? 200) : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answers[url]));
    });
    const github = acme(base, {
      protocol: 'github',
      scope: 'read:user user:email',
      trustEmail: 'always',
      promptAgain: 'select_account',
    });
    return { base, requests, client: createProviderClient(github, needs) };
  };
  const emails = [
    { email: 'other@example.com', primary: false, verified: true },
    { email: 'mona@example.com', primary: true, verified: true },
  ];
  const finish = (client: Client) => client.finish(`?code=x&state=${attempt.state}`, attempt);

  it('identifies the user by number, with PKCE, and takes the primary address', async () => {
    const { base, requests, client } = await startGithub({ id: 583231, login: 'octocat', name: 'Mona' }, emails);
    const location = new URL(await client.begin(attempt, true));
    expect(location.href.split('?')[0]).toBe(`${base}/login/oauth/authorize`);
    expect(location.searchParams.get('prompt')).toBe('select_account');
    expect(location.searchParams.has('nonce')).toBe(false);
    expect(await finish(client)).toEqual({
      issuer: `${base}/login/oauth`,
      subject: '583231',
      email: 'mona@example.com',
      isEmailTrusted: true,
      username: 'octocat',
      displayName: 'Mona',
    });
    const [exchange, user] = requests;
    const challenge = createHash('sha256')
      .update(exchange?.body.get('code_verifier') ?? '')
      .digest('base64url');
    expect(challenge).toBe(location.searchParams.get('code_challenge'));
    expect(exchange?.body.get('client_secret')).toBe('the secret that both know');
    expect(user?.authorization).toBe('Bearer gho_x');
  });

  it.each([
    [
      'an address that is not verified',
      { id: 1, login: 'mona' },
      [{ email: 'mona@example.com', primary: true, verified: false }],
    ],
    ['no addresses', { id: 1, login: 'mona' }, { message: 'Not Found' }],
    ['nonsense for addresses', { id: 1, login: 'mona' }, [null, 42]],
  ])('trusts no address when it sends %s', async (_, user, sent) => {
    const { client } = await startGithub(user, sent);
    expect(await finish(client)).toMatchObject({ subject: '1', isEmailTrusted: false });
  });

  it('refuses an answer without a user, and an error that comes with status 200', async () => {
    await expectRefused(finish((await startGithub({ message: 'x' }, [])).client), 'provider_refused');
    await expectRefused(finish((await startGithub(null as never, [])).client), 'provider_refused');
    const tokenAnswer = { error: 'bad_verification_code' };
    await expectRefused(finish((await startGithub({ id: 1 }, [], { tokenAnswer })).client), 'provider_refused');
  });

  it('is unavailable when its API fails', async () => {
    await expectRefused(finish((await startGithub({}, [], { status: 502 })).client), 'provider_unavailable');
  });
});

it('Apple gets a signed JWT in place of a secret', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const server = await startProvider();
  const issuer = server.issuer.url ?? '';
  const key = { teamId: 'TEAM123456', keyId: 'KEY1234567', pem };
  const apple = acme(issuer, { authentication: { key }, scope: 'openid', trustEmail: 'never' });
  let secret = '';
  server.service.on('beforeResponse', (_, { body, headers }) => {
    const [, basic = ''] = headers.authorization?.split(' ') ?? [];
    secret = String(
      (body as { client_secret?: string }).client_secret ??
        decodeURIComponent(Buffer.from(basic, 'base64').toString().split(':')[1] ?? ''),
    );
  });
  setClaims(server, { sub: '001234.abc' });
  expect((await signIn(createProviderClient(apple, needs))).subject).toBe('001234.abc');
  expect(jwt.verify(secret, publicKey, { algorithms: ['ES256'], complete: true })).toMatchObject({
    header: { kid: 'KEY1234567' },
    payload: { iss: 'TEAM123456', sub: 'latchkey', aud: issuer },
  });
});
