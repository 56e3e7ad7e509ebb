import { type Endpoint, problemsOf } from '@latchkey/contract/endpoint';
import { endpoints } from '@latchkey/contract/endpoints';
import type { ProblemCode } from '@latchkey/contract/problems';
import type { Test } from 'supertest';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { engines } from '../testing/engines.ts';
import { expectProblem } from '../testing/expect-problem.ts';
import {
  bearer,
  freshName,
  type Latchkey,
  password,
  publicUrl,
  shareLatchkey,
  startLatchkey,
} from '../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;
const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

/** A body that each endpoint accepts from this person. */
const goodBodies: Record<string, (person: Person) => object> = {
  'POST /api/accounts/register': () => ({ username: freshName(), password }),
  'PATCH /api/accounts/me': () => ({ displayName: 'Ada' }),
  'DELETE /api/accounts/me': () => ({ password }),
  'POST /api/sessions/login': ({ username }) => ({ username, password }),
  'POST /api/sessions/refresh': ({ refresh_token }) => ({ refresh_token }),
  'POST /api/sessions/logout': ({ refresh_token }) => ({ refresh_token }),
  'POST /api/passwords/change': () => ({ currentPassword: password, newPassword: 'another long password' }),
};

const call = ({ http }: Latchkey, { method, path }: Endpoint, token?: string): Test => {
  const request = http[method.toLowerCase() as Lowercase<typeof method>](path);
  return token ? request.set(...bearer(token)) : request;
};

const goodCall = (latchkey: Latchkey, endpoint: Endpoint, person: Person): Test => {
  const request = call(latchkey, endpoint, endpoint.access === 'session' ? person.access_token : undefined);
  return endpoint.body ? request.send(goodBodies[nameOf(endpoint)]?.(person)) : request;
};

/** A good call of somebody to whom something happened first. */
const after =
  (happens: (latchkey: Latchkey, person: Person) => unknown): Provocation =>
  async (latchkey, endpoint) => {
    const person = await latchkey.person();
    await happens(latchkey, person);
    return goodCall(latchkey, endpoint, person);
  };

/** Somebody's call with this body. */
const sending =
  (body: string | object, type = 'application/json'): Provocation =>
  async (latchkey, endpoint) => {
    const { access_token } = await latchkey.person();
    return call(latchkey, endpoint, access_token).type(type).send(body);
  };

const fromElsewhere = { Origin: 'https://elsewhere.example' };
const spend = ({ http }: Latchkey, { refresh_token }: Person): Test =>
  http.post('/api/sessions/refresh').send({ refresh_token });

type Provocation = (latchkey: Latchkey, endpoint: Endpoint) => Promise<Awaited<Test>> | Test;
type Provocations = { readonly [Code in ProblemCode]?: Provocation };

/** How to get each problem that an endpoint's shape implies. */
const implied: Provocations = {
  malformed_json: sending('{"username": '),
  payload_too_large: sending({ username: 'x'.repeat(102_400) }),
  unsupported_media_type: sending('username=ada', 'application/x-www-form-urlencoded'),
  invalid_request: sending({ nonsense: true }),
  token_missing: (latchkey, endpoint) => call(latchkey, endpoint),
  token_invalid: (latchkey, endpoint) => call(latchkey, endpoint, 'nonsense'),
  token_expired: after(({ clock }) => clock.turn(30 * 60 + 31)),
  token_revoked: after(({ http }, { refresh_token }) => http.post('/api/sessions/logout').send({ refresh_token })),
  unavailable: after(({ closeDatabase }) => closeDatabase()),
};

/** How to get the problems of an endpoint's own. */
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
  'DELETE /api/accounts/me': { wrong_password: sending({ password: 'not the password' }) },
  'POST /api/sessions/login': {
    invalid_credentials: sending({ username: 'nobody', password }),
    account_disabled: async (latchkey, endpoint) =>
      goodCall(latchkey, endpoint, await latchkey.person({ disabledAt: new Date() })),
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).send({ username: 'ada', password, delivery: 'cookie' }),
  },
  'POST /api/sessions/refresh': {
    refresh_invalid: sending({ refresh_token: 'nonsense' }),
    refresh_reused: after(async (latchkey, person) => {
      await spend(latchkey, person).expect(200);
      latchkey.clock.turn(11);
    }),
    session_ended: after(({ http }, { refresh_token }) => http.post('/api/sessions/logout').send({ refresh_token })),
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).set('Cookie', 'latchkey_refresh=any'),
  },
  'POST /api/sessions/logout': {
    origin_not_allowed: (latchkey, endpoint) =>
      call(latchkey, endpoint).set(fromElsewhere).set('Cookie', 'latchkey_refresh=any'),
  },
  'POST /api/passwords/change': {
    wrong_password: sending({ currentPassword: 'not the password', newPassword: 'another long password' }),
  },
};

/** These need a Latchkey that is set up otherwise, or that is not of any use afterwards. */
const startsItsOwn: { readonly [Code in ProblemCode]?: Record<string, string> } = {
  registration_closed: { REGISTRATION: 'closed' },
  unavailable: {},
};

/** Nobody knows how to provoke a fault of ours; the limits come with their own tests. */
const notProvoked: ReadonlySet<ProblemCode> = new Set(['internal_error', 'too_many_attempts']);

describe.each(engines)('the contract on $name', (engine) => {
  const shared = shareLatchkey(engine);

  describe.each(endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', (name, endpoint) => {
    it('is served as declared', async () => {
      const answer = await goodCall(shared(), endpoint, await shared().person());
      expect(answer.status).toBe(endpoint.status);
      expect(answer.headers['cache-control']).toBe('no-store');
      if (endpoint.response) {
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        expect(z.parse(endpoint.response, answer.body)).toEqual(answer.body);
      } else {
        expect(answer.text).toBe('');
      }
    });

    for (const code of problemsOf(endpoint)) {
      if (notProvoked.has(code)) continue;
      it(`answers ${code} as declared`, async () => {
        const provoke = own[name]?.[code] ?? implied[code];
        if (!provoke) throw new Error(`no test provokes ${code} here`);
        const settings = startsItsOwn[code];
        const latchkey = settings ? await startLatchkey(engine, { settings }) : shared();
        const answer = await provoke(latchkey, endpoint);
        expectProblem(answer, code);
        expect(answer.headers['cache-control']).toBe('no-store');
      });
    }

    it('declares every problem of its own that is provoked here', () => {
      expect([...problemsOf(endpoint)]).toEqual(expect.arrayContaining(Object.keys(own[name] ?? {})));
    });
  });

  it('shows itself at /api/openapi.json', async () => {
    const { body } = await shared().http.get('/api/openapi.json').expect(200);
    const served = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(new Set(served)).toEqual(new Set(endpoints.map(nameOf)));
    expect(body.servers).toEqual([{ url: publicUrl }]);
  });
});
