import { randomUUID } from 'node:crypto';
import { type Endpoint, problemsOf } from '@latchkey/contract/endpoint';
import { endpoints } from '@latchkey/contract/endpoints';
import { deviceGrantType } from '@latchkey/contract/oauth';
import type { ProblemCode } from '@latchkey/contract/problems';
import { eq } from 'drizzle-orm';
import type { Test } from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { codeFor, newApp, newPkce, queryOf, signInToApp } from '../testing/apps.ts';
import { type Engine, engines, postgresOn } from '../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../testing/expect-problem.ts';
import { identifiedAttempt, openAttempt, providerSettings, runProvider } from '../testing/provider.ts';
import {
  bearer,
  freshName,
  fromOwnPage,
  type Latchkey,
  password,
  publicUrl,
  restart,
  shareLatchkey,
} from '../testing/start-latchkey.ts';
import { startSystemPostgres, systemPostgres } from '../testing/start-system-postgres.ts';
import type { VerificationKind } from './database/schema.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;
const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

const unknownLink = 'x'.repeat(43);
const unknownApp = `app_${'a'.repeat(26)}`;

/** The kind of link whose token each of these calls takes. */
const linkKinds: Record<string, VerificationKind> = {
  'POST /api/passwords/reset': 'reset_password',
  'POST /api/emails/verify': 'verify_email',
  'POST /api/emails/undo-change': 'undo_email_change',
};

/** A valid body for each endpoint, from this user. */
const goodBodies: Record<string, (person: Person) => object> = {
  'POST /api/accounts/register': () => ({ username: freshName(), password }),
  'PATCH /api/accounts/me': () => ({ displayName: 'Ada' }),
  'POST /api/accounts/me/export': () => ({ password }),
  'DELETE /api/accounts/me': () => ({ password }),
  'POST /api/sessions/login': ({ username }) => ({ username, password }),
  'POST /api/sessions/refresh': ({ refresh_token }) => ({ refresh_token }),
  'POST /api/sessions/logout': ({ refresh_token }) => ({ refresh_token }),
  'POST /api/tokens': () => ({ name: 'for the shop', audience: 'shop' }),
  'POST /api/oauth/introspect': () => ({ token: 'x', client_id: unknownApp }),
  'POST /api/oauth/revoke': ({ refresh_token }) => ({ token: refresh_token }),
  'POST /api/oauth/token': () => ({ grant_type: 'refresh_token', refresh_token: 'x', client_id: unknownApp }),
  'POST /api/oauth/device_authorization': () => ({ client_id: unknownApp }),
  'POST /api/oauth/device': () => ({ userCode: 'BCDF-GHJK' }),
  'POST /api/oauth/authorize': () => ({ query: `?client_id=${unknownApp}` }),
  'POST /api/oauth/end-session': () => ({ query: `?client_id=${unknownApp}` }),
  'POST /api/passwords/change': () => ({ currentPassword: password, newPassword: 'another long password' }),
  'POST /api/activity/disown': () => ({ number: 1 }),
  'POST /api/passwords/forgot': ({ username }) => ({ login: username }),
  'POST /api/passwords/reset': () => ({ token: unknownLink, newPassword: 'another long password' }),
  'POST /api/emails/change': () => ({ email: 'ada@example.com', password }),
  'POST /api/emails/verify': () => ({ token: unknownLink }),
  'POST /api/emails/undo-change': () => ({ token: unknownLink }),
  'POST /api/identities/:provider/start': () => ({}),
  'POST /api/identities/:provider/callback': () => ({ query: '?state=x' }),
  'POST /api/identities/sign-in': () => ({ attempt: unknownLink }),
  'POST /api/identities/register': () => ({ attempt: unknownLink, username: freshName() }),
  'POST /api/identities': () => ({ attempt: unknownLink }),
};

const call = ({ http }: Latchkey, { method, path, encoding }: Endpoint, token?: string, id = 'nothing'): Test => {
  const request = http[method.toLowerCase() as Lowercase<typeof method>](path.replace(/:\w+/, id));
  // Only the web app signs in with providers.
  if (path.startsWith('/api/identities')) request.set(fromOwnPage);
  if (token) request.set(...bearer(token));
  return encoding ? request.type(encoding) : request;
};

/** The id for each path that has one. */
const goodIds: Record<string, (latchkey: Latchkey, person: Person) => Promise<string>> = {
  'DELETE /api/sessions/:id': async (latchkey, { id }) => (await latchkey.openSessionOf(id)).session.id,
  'DELETE /api/tokens/:id': async (latchkey, person) => (await namedToken(latchkey, person)).id,
  'DELETE /api/identities/:id': (latchkey, person) => connect(latchkey, person),
  'DELETE /api/apps/:id': async (latchkey, person) => {
    const app = await newApp(latchkey);
    await signInToApp(latchkey, app, person);
    return app.id;
  },
};

const newDevice = (latchkey: Latchkey) => newApp(latchkey, { redirectUris: [], isDevice: true });

/** What a device gets that begins to sign in. */
const beginDevice = async (latchkey: Latchkey) => {
  const { id } = await newDevice(latchkey);
  const { body } = await latchkey.http
    .post('/api/oauth/device_authorization')
    .type('form')
    .send({ client_id: id })
    .expect(200);
  return { grant: { grant_type: deviceGrantType, device_code: body.device_code, client_id: id }, ...body };
};

/** Valid bodies of calls that need an app. */
const appBodies: Record<string, (latchkey: Latchkey, person: Person) => Promise<object>> = {
  'POST /api/oauth/token': async (latchkey, person) => codeFor(latchkey, await newApp(latchkey), person),
  'POST /api/oauth/device_authorization': async (latchkey) => ({ client_id: (await newDevice(latchkey)).id }),
  'POST /api/oauth/introspect': async (latchkey) => {
    const { id, secret } = await newApp(latchkey, { isConfidential: true });
    return { token: 'x', client_id: id, client_secret: secret };
  },
  'POST /api/oauth/authorize': async (latchkey) => ({
    query: queryOf(await newApp(latchkey), newPkce().challenge),
  }),
};

const userinfoPath = '/api/oauth/userinfo';
const appTokens = new WeakMap<Person, Promise<{ access_token: string }>>();
/** The access token that an endpoint takes: that of an app for userinfo, otherwise that of the browser. */
const tokenOf = async (latchkey: Latchkey, { path }: Endpoint, person: Person): Promise<string> => {
  if (path !== userinfoPath) return person.access_token;
  const tokens = appTokens.get(person) ?? newApp(latchkey).then((app) => signInToApp(latchkey, app, person));
  appTokens.set(person, tokens);
  return (await tokens).access_token;
};

const provider = await runProvider();
afterAll(() => provider.stop());
/** `acme` answers, nobody answers for `down`. */
const withProviders = {
  SIGN_IN_PROVIDERS: 'acme,down',
  ...providerSettings(provider.issuer.url),
  ...providerSettings('http://127.0.0.1:1', 'down'),
};

const connect = async (latchkey: Latchkey, person: Person, subject?: string): Promise<string> => {
  const { attempt, headers } = await identifiedAttempt(latchkey, subject);
  const request = latchkey.http.post('/api/identities').set(...bearer(person.access_token));
  return (await request.set(headers).send({ attempt }).expect(201)).body.id;
};

/** The answer of a provider to an attempt. */
const answerOf = async (latchkey: Latchkey, endpoint: Endpoint, name: string, query: string) => {
  const { attempt, headers } = await openAttempt(latchkey, name);
  return call(latchkey, endpoint, undefined, name)
    .set(headers)
    .send({ query: `?state=${attempt}&${query}` });
};

/** The identity of somebody else. */
const foreignAttempt = async (latchkey: Latchkey) => {
  const subject = randomUUID();
  await connect(latchkey, await latchkey.person(), subject);
  return identifiedAttempt(latchkey, subject);
};

/** An account that signs in with a provider only, and did so a while ago. */
const withoutPassword =
  (body: object): Provocation =>
  async (latchkey, endpoint) => {
    const { id, access_token } = await latchkey.person();
    await latchkey.database.transaction((write) => latchkey.services.passwords.remove(write, id));
    latchkey.clock.turn(601);
    return call(latchkey, endpoint, access_token).send(body);
  };

const decide = async (latchkey: Latchkey, userCode: string, isAllowed: boolean) =>
  latchkey.http
    .post('/api/oauth/device')
    .set(...bearer((await latchkey.person()).access_token))
    .send({ userCode, isAllowed })
    .expect(200);

/** Calls of a browser that a provider has confirmed, or that has the code of a device. */
const preparedCalls: Record<
  string,
  (latchkey: Latchkey, endpoint: Endpoint, person: Person) => Promise<Awaited<Test>>
> = {
  'POST /api/identities/:provider/start': async (latchkey, endpoint) =>
    call(latchkey, endpoint, undefined, 'acme').send({}),
  'GET /api/identities/:provider/callback': async (latchkey, endpoint) => call(latchkey, endpoint, undefined, 'acme'),
  'POST /api/identities/:provider/callback': async (latchkey, endpoint) => {
    const { attempt, headers } = await identifiedAttempt(latchkey);
    return call(latchkey, endpoint, undefined, 'acme')
      .set(headers)
      .send({ query: `?state=${attempt}` });
  },
  'POST /api/identities/sign-in': async (latchkey, endpoint, person) => {
    const subject = person.id;
    await connect(latchkey, person, subject);
    const { attempt, headers } = await identifiedAttempt(latchkey, subject);
    return call(latchkey, endpoint).set(headers).send({ attempt });
  },
  'POST /api/identities/register': async (latchkey, endpoint) => {
    const { attempt, headers } = await identifiedAttempt(latchkey);
    return call(latchkey, endpoint).set(headers).send({ attempt, username: freshName() });
  },
  'POST /api/oauth/device': async (latchkey, endpoint, { access_token }) => {
    const { user_code: userCode } = await beginDevice(latchkey);
    return call(latchkey, endpoint, access_token).send({ userCode });
  },
  'POST /api/identities': async (latchkey, endpoint, { access_token }) => {
    const { attempt, headers } = await identifiedAttempt(latchkey);
    return call(latchkey, endpoint, access_token).set(headers).send({ attempt });
  },
};

const goodCall = async (latchkey: Latchkey, endpoint: Endpoint, person: Person): Promise<Awaited<Test>> => {
  const name = nameOf(endpoint);
  const preparedCall = await preparedCalls[name]?.(latchkey, endpoint, person);
  if (preparedCall) return preparedCall;
  const kind = linkKinds[name];
  if (kind)
    return call(latchkey, endpoint).send({ ...goodBodies[name]?.(person), token: await latchkey.linkTo(person, kind) });
  const body = await appBodies[name]?.(latchkey, person);
  if (body) return call(latchkey, endpoint).send(body);
  if (endpoint.path === userinfoPath) return call(latchkey, endpoint, await tokenOf(latchkey, endpoint, person));
  const id = await goodIds[name]?.(latchkey, person);
  return goodCallOf(latchkey, endpoint, person, id);
};

const goodCallOf = (latchkey: Latchkey, endpoint: Endpoint, person: Person, givenId?: string): Test => {
  const id = endpoint.path.includes('/:provider') ? 'acme' : givenId;
  const request = call(latchkey, endpoint, endpoint.access === 'public' ? undefined : person.access_token, id);
  return endpoint.body ? request.send(goodBodies[nameOf(endpoint)]?.(person)) : request;
};

/** An API token that Latchkey itself accepts. */
const namedToken = async (
  { http }: Latchkey,
  { access_token }: Person,
): Promise<{ id: string; access_token: string }> =>
  (
    await http
      .post('/api/tokens')
      .set(...bearer(access_token))
      .send({ name: 'for a service' })
      .expect(201)
  ).body;

/** A valid call of a new user, after something has happened to that user. */
const after =
  (happens: (latchkey: Latchkey, person: Person) => unknown): Provocation =>
  async (latchkey, endpoint) => {
    const person = await latchkey.person();
    await happens(latchkey, person);
    return goodCallOf(latchkey, endpoint, person);
  };

/** A call of a new user with this body. */
const sending =
  (body: string | object, type = 'application/json'): Provocation =>
  async (latchkey, endpoint) => {
    const { access_token } = await latchkey.person(endpoint.permission && { role: 'admin' });
    return call(latchkey, endpoint, access_token).type(type).send(body);
  };

const expectFailure = ({ failures }: Endpoint, answer: Awaited<Test>, code: ProblemCode): void =>
  void (failures === 'oauth' ? expectOAuthError : expectProblem)(answer, code);

const fromElsewhere = { Origin: 'https://elsewhere.example' };
const consume = ({ http }: Latchkey, { refresh_token }: Person): Test =>
  http.post('/api/sessions/refresh').send({ refresh_token });

const tooMuch: Provocation = (latchkey, endpoint) =>
  sending({ username: 'x'.repeat(102_400) }, endpoint.encoding ?? 'json')(latchkey, endpoint);

const lastOnes = new WeakMap<Latchkey, Promise<Person>>();
/** A user created before the database goes away, since afterwards none can be created. */
const lastOneOf = (latchkey: Latchkey): Promise<Person> => {
  const person = lastOnes.get(latchkey) ?? latchkey.person();
  lastOnes.set(latchkey, person);
  return person;
};

type Provocation = (latchkey: Latchkey, endpoint: Endpoint) => Promise<Awaited<Test>> | Test;
type Provocations = { readonly [Code in ProblemCode]?: Provocation };

/** Provokes the problems that follow from the declaration of an endpoint. */
const implied: Provocations = {
  session_required: async (latchkey, endpoint) => {
    const { access_token } = await namedToken(latchkey, await latchkey.person());
    return call(latchkey, endpoint, access_token);
  },
  permission_missing: async (latchkey, endpoint) =>
    goodCall(latchkey, endpoint, await latchkey.person({ role: 'user' })),
  not_found: async (latchkey, endpoint) => call(latchkey, endpoint, (await latchkey.person()).access_token),
  insufficient_user_authentication: after(({ clock }) => clock.turn(601)),
  malformed_json: sending('{"username": '),
  payload_too_large: tooMuch,
  unsupported_media_type: sending('<username>ada</username>', 'application/xml'),
  invalid_request: (latchkey, endpoint) =>
    sending({ nonsense: 'yes' }, endpoint.encoding ?? 'json')(latchkey, endpoint),
  token_missing: (latchkey, endpoint) => call(latchkey, endpoint),
  token_invalid: (latchkey, endpoint) => call(latchkey, endpoint, 'nonsense'),
  token_expired: after(({ clock }) => clock.turn(30 * 60 + 31)),
  token_revoked: after(({ http }, { refresh_token }) => http.post('/api/sessions/logout').send({ refresh_token })),
  unavailable: async (latchkey, endpoint) => {
    const person = await lastOneOf(latchkey);
    await latchkey.closeDatabase();
    return goodCallOf(latchkey, endpoint, person);
  },
  too_many_attempts: (latchkey, endpoint) => tooOften(latchkey, endpoint),
};

/** A body that counts against every guess limit of an endpoint. */
const guesses: Record<string, (person: Person) => object> = {
  'POST /api/sessions/login': ({ username }) => ({ username, password: 'not the password' }),
  'POST /api/accounts/me/export': () => ({ password: 'not the password' }),
  'DELETE /api/accounts/me': () => ({ password: 'not the password' }),
  'POST /api/passwords/change': () => ({ currentPassword: 'not the password', newPassword: 'another long password' }),
  'POST /api/tokens': () => ({ name: 'one of many' }),
  'POST /api/passwords/forgot': ({ username }) => ({ login: username }),
  'POST /api/emails/change': () => ({ email: 'ada@example.com', password: 'not the password' }),
  'POST /api/oauth/device': () => ({ userCode: 'BCDF-GHJK' }),
};
/** These calls do not count against these limits: see guess-limits.test.ts and activity.test.ts. */
const elsewhere = ['password:device', 'password:account-devices', 'moves:session', 'email-changes:account'];

/** Uses up each counter of a call in turn, and checks that each of them alone refuses the next call. */
async function tooOften(latchkey: Latchkey, endpoint: Endpoint): Promise<Awaited<Test>> {
  const person = await latchkey.person();
  if (endpoint.asksDatabase === false) {
    await latchkey.consumeLocally(() => goodCall(latchkey, endpoint, person), 1);
    // Each process counts its own.
    for (let process = 0; process < latchkey.processes; process++)
      expect((await goodCall(latchkey, endpoint, person)).status).toBe(endpoint.status);
    return goodCall(latchkey, endpoint, person);
  }
  const { read, tables, transaction } = latchkey.database;
  const forget = () => transaction(async (write) => void (await write.delete(tables.rateLimits)));
  await forget();
  const token = await tokenOf(latchkey, endpoint, person);
  await forget();
  // In another process, which has no allocation of its own.
  await call(await restart(latchkey), endpoint, token).send(guesses[nameOf(endpoint)]?.(person));
  const counters = await read.select().from(tables.rateLimits);
  const guessLimits = endpoint.guessLimits?.filter((name) => !elsewhere.includes(name)) ?? [];
  // A caller with a token counts by session and by account, anyone else by network.
  const callers = endpoint.access === 'public' ? 1 : 2;
  expect(counters).toHaveLength(callers + guessLimits.length);
  const answers: Awaited<Test>[] = [];
  for (const { key } of counters) {
    const later = new Date(latchkey.clock.now().getTime() + 60_000);
    await transaction(async (write) => {
      await write.delete(tables.rateLimits);
      await write.insert(tables.rateLimits).values({ key, count: 100_000, until: later, retryAt: later });
    });
    // In yet another.
    answers.push(await goodCall(await restart(latchkey), endpoint, person));
  }
  for (const answer of answers) expectFailure(endpoint, answer, 'too_many_attempts');
  return answers[0] ?? expect.fail('nothing was counted');
}

const withGoodCall: Provocation = async (latchkey, endpoint) => goodCall(latchkey, endpoint, await latchkey.person());
const enterCode = (latchkey: Latchkey, endpoint: Endpoint, token?: string): Test =>
  call(latchkey, endpoint, token).send({ code: '000000' });

const sendingFromElsewhere =
  (body: object): Provocation =>
  async (latchkey, endpoint) => {
    const { access_token } = await latchkey.person();
    return call(latchkey, endpoint, access_token, 'acme').set(fromElsewhere).send(body);
  };
/** A sign-in with an identity whose account was disabled. */
const ofDisabled =
  (state: { readonly disabledAt: Date; readonly closedAt?: Date }): Provocation =>
  async (latchkey, endpoint) => {
    const subject = randomUUID();
    const person = await latchkey.person();
    await connect(latchkey, person, subject);
    const { attempt, headers } = await identifiedAttempt(latchkey, subject);
    const { users } = latchkey.database.tables;
    await latchkey.database.transaction(async (write) => {
      await write.update(users).set(state).where(eq(users.id, person.id));
    });
    return call(latchkey, endpoint).set(headers).send({ attempt });
  };

/** Provokes the problems that an endpoint declares itself. */
const own: Record<string, Provocations> = {
  'POST /api/accounts/register': {
    username_taken: async (latchkey, endpoint) => {
      const { username } = await latchkey.person();
      return call(latchkey, endpoint).send({ username, password });
    },
    registration_closed: after(() => undefined),
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).send({ username: freshName(), password, delivery: 'cookie' }),
  },
  'POST /api/accounts/me/export': {
    wrong_password: sending({ password: 'not the password' }),
    insufficient_user_authentication: withoutPassword({}),
  },
  'DELETE /api/accounts/me': {
    last_admin: async (latchkey, endpoint) => goodCall(latchkey, endpoint, await latchkey.person({ role: 'admin' })),
    wrong_password: sending({ password: 'not the password' }),
    insufficient_user_authentication: withoutPassword({}),
  },
  'POST /api/sessions/login': {
    invalid_credentials: sending({ username: 'nobody', password }),
    account_closed: async (latchkey, endpoint) => {
      const closedAt = new Date();
      return goodCall(latchkey, endpoint, await latchkey.person({ closedAt, disabledAt: closedAt }));
    },
    account_disabled: async (latchkey, endpoint) =>
      goodCall(latchkey, endpoint, await latchkey.person({ disabledAt: new Date() })),
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).send({ username: 'ada', password, delivery: 'cookie' }),
  },
  'POST /api/sessions/refresh': {
    refresh_invalid: sending({ refresh_token: 'nonsense' }),
    refresh_reused: after(async (latchkey, person) => {
      const { body } = await consume(latchkey, person).expect(200);
      await consume(latchkey, body).expect(200);
    }),
    session_ended: after(({ http }, { refresh_token }) => http.post('/api/sessions/logout').send({ refresh_token })),
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).set('Cookie', 'latchkey_refresh_5173=any'),
  },
  'POST /api/sessions/logout': {
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).set('Cookie', 'latchkey_refresh_5173=any'),
  },
  'POST /api/tokens': {
    permission_missing: sending({ name: 'for somebody else', username: 'somebody' }),
    user_not_found: async (latchkey, endpoint) => {
      const { access_token } = await latchkey.person({ role: 'admin' });
      return call(latchkey, endpoint, access_token).send({ name: 'for nobody', username: 'nobody-of-this-name' });
    },
  },
  'GET /api/activity': {
    invalid_request: async (latchkey, endpoint) => {
      const { access_token } = await latchkey.person();
      return call(latchkey, endpoint, access_token).query({ before: 'yesterday' });
    },
  },
  'GET /api/tokens/forward-auth': {
    invalid_request: async (latchkey, endpoint) =>
      call(latchkey, endpoint, (await latchkey.person()).access_token).query({ scopes: 'cart' }),
    insufficient_scope: async (latchkey, endpoint) =>
      call(latchkey, endpoint, (await latchkey.person()).access_token).query({ scope: 'cart' }),
  },
  'POST /api/oauth/introspect': {
    invalid_client: sending({ token: 'x', client_id: unknownApp }, 'form'),
    token_missing: (latchkey, endpoint) => call(latchkey, endpoint).send({ token: 'x' }),
    token_invalid: (latchkey, endpoint) => call(latchkey, endpoint, 'nonsense').send({ token: 'x' }),
    token_expired: async (latchkey, endpoint) => {
      const { access_token } = await latchkey.person();
      latchkey.clock.turn(30 * 60 + 31);
      return call(latchkey, endpoint, access_token).send({ token: 'x' });
    },
    token_revoked: async (latchkey, endpoint) => {
      const { access_token, refresh_token } = await latchkey.person();
      await latchkey.http.post('/api/sessions/logout').send({ refresh_token });
      return call(latchkey, endpoint, access_token).send({ token: 'x' });
    },
    permission_missing: async (latchkey, endpoint) =>
      call(latchkey, endpoint, (await latchkey.person()).access_token).send({ token: 'x' }),
  },
  'POST /api/oauth/token': {
    invalid_client: sending({ grant_type: 'refresh_token', client_id: unknownApp }, 'form'),
    invalid_grant: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send({ grant_type: 'refresh_token', client_id: (await newApp(latchkey)).id }),
    unsupported_grant_type: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send({ grant_type: 'password', client_id: (await newApp(latchkey)).id }),
    unauthorized_client: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send({ grant_type: 'client_credentials', client_id: (await newApp(latchkey)).id }),
    invalid_scope: async (latchkey, endpoint) => {
      const options = { isConfidential: true, serviceAccount: freshName() };
      const { id, secret } = await newApp(latchkey, options);
      const credentials = { client_id: id, client_secret: secret };
      return call(latchkey, endpoint).send({ grant_type: 'client_credentials', scope: 'everything', ...credentials });
    },
    authorization_pending: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send((await beginDevice(latchkey)).grant),
    slow_down: async (latchkey, endpoint) => {
      const { grant } = await beginDevice(latchkey);
      await call(latchkey, endpoint).send(grant);
      return call(latchkey, endpoint).send(grant);
    },
    access_denied: async (latchkey, endpoint) => {
      const { grant, user_code } = await beginDevice(latchkey);
      await decide(latchkey, user_code, false);
      return call(latchkey, endpoint).send(grant);
    },
    expired_token: async (latchkey, endpoint) => {
      const { grant } = await beginDevice(latchkey);
      latchkey.clock.turn(600);
      return call(latchkey, endpoint).send(grant);
    },
  },
  'POST /api/oauth/device_authorization': {
    invalid_request: sending('client_id=a&client_id=b', 'form'),
    invalid_client: sending({ client_id: unknownApp }, 'form'),
    unauthorized_client: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send({ client_id: (await newApp(latchkey)).id }),
    invalid_scope: async (latchkey, endpoint) =>
      call(latchkey, endpoint).send({ client_id: (await newDevice(latchkey)).id, scope: 'everything' }),
  },
  'POST /api/oauth/device': { device_code_unknown: sending({ userCode: 'BCDF-GHJK' }) },
  'POST /api/oauth/authorize': { invalid_authorization_request: sending({ query: '' }) },
  'POST /api/oauth/end-session': {
    invalid_authorization_request: sending({ query: '?post_logout_redirect_uri=https://evil.example' }),
  },
  'GET /api/oauth/userinfo': { insufficient_scope: after(() => undefined) },
  'POST /api/oauth/userinfo': { insufficient_scope: after(() => undefined) },
  'POST /api/activity/disown': { not_found: sending({ number: 1_000 }) },
  'POST /api/passwords/change': {
    origin_not_allowed: async (latchkey, endpoint) => {
      const person = await latchkey.person();
      return goodCallOf(latchkey, endpoint, person)
        .set(fromElsewhere)
        .set('Cookie', `latchkey_refresh_5173=${person.refresh_token}`);
    },
    wrong_password: sending({ currentPassword: 'not the password', newPassword: 'another long password' }),
    insufficient_user_authentication: withoutPassword({ newPassword: 'another long password' }),
  },
  'POST /api/passwords/forgot': { mail_not_configured: withGoodCall },
  'POST /api/passwords/reset': {
    token_spent: sending({ token: unknownLink, newPassword: 'another long password' }),
  },
  'POST /api/emails/change': {
    mail_not_configured: withGoodCall,
    wrong_password: sending({ email: 'ada@example.com', password: 'not the password' }),
    insufficient_user_authentication: withoutPassword({ email: 'ada@example.com' }),
  },
  'POST /api/emails/send-verification': { mail_not_configured: withGoodCall },
  'POST /api/emails/undo-change': { token_spent: sending({ token: unknownLink }) },
  'POST /api/identities/:provider/start': {
    origin_not_allowed: (latchkey, endpoint) => call(latchkey, endpoint).set(fromElsewhere),
    provider_unavailable: (latchkey, endpoint) => {
      latchkey.breaks();
      return call(latchkey, endpoint, undefined, 'down');
    },
  },
  'POST /api/identities/:provider/callback': {
    not_found: (latchkey, endpoint) => call(latchkey, endpoint).send({ query: '' }),
    origin_not_allowed: sendingFromElsewhere({ query: '' }),
    token_spent: (latchkey, endpoint) => call(latchkey, endpoint, undefined, 'acme').send({ query: '?state=x' }),
    provider_unavailable: (latchkey, endpoint) => {
      latchkey.breaks();
      return answerOf(latchkey, endpoint, 'down', 'code=x');
    },
    provider_refused: (latchkey, endpoint) => answerOf(latchkey, endpoint, 'acme', 'error=access_denied'),
  },
  'POST /api/identities/sign-in': {
    origin_not_allowed: sendingFromElsewhere({ attempt: unknownLink }),
    token_spent: sending({ attempt: unknownLink }),
    account_closed: ofDisabled({ closedAt: new Date(0), disabledAt: new Date(0) }),
    account_disabled: ofDisabled({ disabledAt: new Date() }),
  },
  'POST /api/identities/register': {
    origin_not_allowed: sendingFromElsewhere({ attempt: unknownLink, username: 'ada-lovelace' }),
    token_spent: sending({ attempt: unknownLink, username: 'ada-lovelace' }),
    registration_closed: withGoodCall,
    username_taken: async (latchkey, endpoint) => {
      const { username } = await latchkey.person();
      const { attempt, headers } = await identifiedAttempt(latchkey);
      return call(latchkey, endpoint).set(headers).send({ attempt, username });
    },
    identity_taken: async (latchkey, endpoint) => {
      const { attempt, headers } = await foreignAttempt(latchkey);
      return call(latchkey, endpoint).set(headers).send({ attempt, username: freshName() });
    },
  },
  'POST /api/identities': {
    origin_not_allowed: sendingFromElsewhere({ attempt: unknownLink }),
    token_spent: sending({ attempt: unknownLink }),
    identity_taken: async (latchkey, endpoint) => {
      const { access_token } = await latchkey.person();
      const { attempt, headers } = await foreignAttempt(latchkey);
      return call(latchkey, endpoint, access_token).set(headers).send({ attempt });
    },
  },
  'DELETE /api/identities/:id': {
    last_sign_in_method: async (latchkey, endpoint) => {
      const person = await latchkey.person();
      const id = await connect(latchkey, person);
      await latchkey.database.transaction((write) => latchkey.services.passwords.remove(write, person.id));
      return call(latchkey, endpoint, person.access_token, id);
    },
  },
  'POST /api/emails/verify': {
    token_spent: sending({ token: unknownLink }),
    wrong_code: async (latchkey, endpoint) => {
      const person = await latchkey.person();
      await latchkey.linkTo(person, 'verify_email');
      return enterCode(latchkey, endpoint, person.access_token);
    },
    token_missing: (latchkey, endpoint) => enterCode(latchkey, endpoint),
    token_invalid: (latchkey, endpoint) => enterCode(latchkey, endpoint, 'nonsense'),
    token_expired: async (latchkey, endpoint) => {
      const { access_token } = await latchkey.person();
      latchkey.clock.turn(30 * 60 + 31);
      return enterCode(latchkey, endpoint, access_token);
    },
    token_revoked: async (latchkey, endpoint) => {
      const { access_token, refresh_token } = await latchkey.person();
      await latchkey.http.post('/api/sessions/logout').send({ refresh_token });
      return enterCode(latchkey, endpoint, access_token);
    },
    session_required: async (latchkey, endpoint) => {
      const { access_token } = await namedToken(latchkey, await latchkey.person());
      return enterCode(latchkey, endpoint, access_token);
    },
  },
};

/** No test can provoke an internal error. */
const notProvoked: ReadonlySet<ProblemCode> = new Set(['internal_error']);

const system = systemPostgres === undefined ? undefined : await startSystemPostgres(systemPostgres);
afterAll(() => system?.stop());
const allEngines: readonly (readonly [string, Engine])[] = [
  ...engines.map((engine) => [engine.name, engine] as const),
  ...(system ? [[`PostgreSQL ${systemPostgres}`, postgresOn(() => system.url)] as const] : []),
];

describe.each(allEngines)('the contract on %s', (_, engine) => {
  // On PostgreSQL, three processes answer in turn.
  const several = engine.name === 'PostgreSQL' && { processes: 3 };
  const shared = shareLatchkey(engine, { settings: withProviders, ...several });
  /** These need other settings, or leave Latchkey unusable. */
  const ofTheirOwn: { readonly [Code in ProblemCode]?: () => Latchkey } = {
    registration_closed: shareLatchkey(engine, { settings: { REGISTRATION: 'closed', ...withProviders } }),
    too_many_attempts: shareLatchkey(engine, { settings: { RATE_LIMITS: 'on', ...withProviders } }),
    unavailable: shareLatchkey(engine, { settings: withProviders }),
    provider_unavailable: shareLatchkey(engine, { settings: withProviders }),
    mail_not_configured: shareLatchkey(engine, { settings: { SMTP_URL: 'off' } }),
    last_admin: shareLatchkey(engine),
  };

  describe.each(endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', (name, endpoint) => {
    it('is served as declared', async () => {
      // An admin has every permission.
      await shared().person({ role: 'admin' });
      const answer = await goodCall(shared(), endpoint, await shared().person({ role: 'admin' }));
      expect(answer.status).toBe(endpoint.status);
      expect(answer.headers['cache-control']).toBe(
        endpoint.path.startsWith('/.well-known/') ? 'public, max-age=60' : 'no-store',
      );
      if (endpoint.response) {
        const isJson = endpoint.answers === undefined;
        expect(answer.headers['content-type']).toBe(isJson ? 'application/json; charset=utf-8' : undefined);
        if (isJson) expect(z.parse(endpoint.response, answer.body)).toEqual(answer.body);
      } else if (endpoint.answers === 'zip') {
        expect(answer.headers['content-type']).toBe('application/zip');
      } else {
        expect(answer.text).toBe('');
      }
    });

    for (const code of problemsOf(endpoint)) {
      if (notProvoked.has(code)) continue;
      it(`answers ${code} as declared`, async () => {
        const provoke = own[name]?.[code] ?? implied[code];
        if (!provoke) throw new Error(`no test provokes ${code} here`);
        const latchkey = ofTheirOwn[code] ?? shared;
        const answer = await provoke(latchkey(), endpoint);
        expectFailure(endpoint, answer, code);
        expect(answer.headers['cache-control']).toBe('no-store');
        if (code === 'too_many_attempts') expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
      });
    }

    if (endpoint.access !== 'public') {
      it('accepts no other kind of token', async () => {
        const person = await shared().person({ role: 'admin' });
        const forShop = { name: 'for the shop', audience: 'shop' };
        const [named, feed] = [
          await shared()
            .http.post('/api/tokens')
            .set(...bearer(person.access_token))
            .send(forShop),
          await shared().http.get('/api/tokens/revocations').buffer(true),
        ];
        const ofApp = await signInToApp(shared(), await newApp(shared()), person);
        for (const token of [person.refresh_token, feed.text ?? String(feed.body), ofApp.refresh_token, ofApp.id_token])
          expectFailure(endpoint, await call(shared(), endpoint, token), 'token_invalid');
        const { access_token } = named.body;
        // It is for another audience, or not the token of an app.
        const refusal = endpoint.path === userinfoPath ? 'insufficient_scope' : 'token_invalid';
        expectFailure(endpoint, await call(shared(), endpoint, access_token), refusal);
        if (endpoint.access !== 'any-audience')
          expectFailure(endpoint, await call(shared(), endpoint, ofApp.access_token), 'token_invalid');
      });
    }

    it('declares every problem that is provoked above', () => {
      expect([...problemsOf(endpoint)]).toEqual(expect.arrayContaining(Object.keys(own[name] ?? {})));
    });
  });

  it.each(endpoints.filter(({ path }) => path.includes('/:')))(
    '$method $path is a 404 with an invalid id',
    async (endpoint) => {
      const person = await shared().person();
      for (const id of ['%00', 'nothing', `${randomUUID()}%00`, '%f0%9f%94%91', '__proto__', 'x'.repeat(5000)]) {
        const request = call(shared(), endpoint, person.access_token, id);
        if (endpoint.body) request.send(goodBodies[nameOf(endpoint)]?.(person));
        expectProblem(await request, 'not_found');
      }
    },
  );

  it('is published at /api/openapi.json', async () => {
    const { body } = await shared().http.get('/api/openapi.json').expect(200);
    const served = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inContract = endpoints.map((endpoint) => nameOf(endpoint).replace(/:(\w+)/, '{$1}'));
    expect(new Set(served)).toEqual(new Set([...inContract, 'GET /api/tokens/revocations']));
    expect(body.servers).toEqual([{ url: publicUrl }]);
  });
});
