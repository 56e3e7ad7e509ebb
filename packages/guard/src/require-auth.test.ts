import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemBody, problems } from '@latchkey/contract/problems';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod/mini';
import { startIssuer } from '../testing/start-issuer.ts';
import { startService } from '../testing/start-service.ts';
import { createGuard, getClaims, requireAuth } from './require-auth.ts';

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof startService>>['ask']>>;

/** Checks the properties of every refusal. */
const expectRefusal = ({ status, headers, body }: Answer, code: keyof typeof problems, challenge?: string): void => {
  expect({ status, code: body.code }).toEqual({ status: problems[code].status, code });
  expect(z.parse(problemBody, body)).toEqual(body);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toBe(body.requestId);
  expect(headers.get('www-authenticate')).toBe(challenge ?? null);
};
const challengeOf = (error: string, description: string, more = ''): string =>
  `Bearer realm="shop", error="${error}", error_description="${description}"${more}`;

describe('requireAuth', () => {
  it.each(['RS256', 'ES256'] as const)('accepts a valid %s token and passes its claims on', async (algorithm) => {
    const issuer = await startIssuer({ algorithm });
    const service = await startService(issuer);
    const { status, body } = await service.askWith(await issuer.token({ scope: 'cart' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ sub: 'user-1', username: 'ada', role: 'user', scope: 'cart', aud: 'shop' });
  });

  it('accepts HS256 tokens signed with the secret, and no others', async () => {
    // The kid is that of keyIdOf in apps/api for this secret.
    const text = 'a secret that other services know';
    const kid = 'GoElnSzaE6nOejOy';
    const issuer = await startIssuer({ secret: { kid, text } });
    const token = await issuer.token();
    expect(await (await startService(issuer, { secret: text })).codeFor(token)).toBe('none');
    const other = await startService(issuer, { secret: 'another secret of thirty-two bytes' });
    expect(await other.codeFor(token)).toBe('token_invalid');
    expect(await (await startService(issuer)).codeFor(token)).toBe('token_invalid');
  });

  it('challenges a request without a token, without an error code', async () => {
    const service = await startService(await startIssuer());
    for (const Authorization of ['', 'Bearer', 'Bearer ', 'Basic YTpi', 'BearerX']) {
      expectRefusal(await service.ask({ Authorization }), 'token_missing', 'Bearer realm="shop"');
    }
  });

  it('distinguishes expired, revoked and invalid tokens', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const now = issuer.nowSeconds();
    expectRefusal(
      await service.askWith(await issuer.token({ iat: now - 600, exp: now - 60 })),
      'token_expired',
      challengeOf('invalid_token', 'The access token has expired; refresh it.'),
    );
    const revoked = await issuer.token({ sid: 'session-9' });
    issuer.revoke('session-9');
    await service.inTime(() => service.codeFor(revoked)).toBe('token_revoked');
    expectRefusal(
      await service.askWith(revoked),
      'token_revoked',
      challengeOf('invalid_token', 'The access token was revoked.'),
    );
    expectRefusal(
      await service.askWith(await issuer.token({ aud: 'others' })),
      'token_invalid',
      challengeOf('invalid_token', 'This is not an access token for this service.'),
    );
  });

  it('accepts the scheme in any case, and refuses nonsense as an invalid token', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    expect((await service.ask({ Authorization: `bearer  ${await issuer.token()}` })).status).toBe(200);
    for (const nonsense of ['x', 'a.b.c', '..', '"', 'a b', 'ü', `${'x'.repeat(5_000)}.y.z`]) {
      expect(await service.codeFor(nonsense)).toBe('token_invalid');
    }
  });

  it('refuses two Authorization headers, even if both are valid', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const token = await issuer.token();
    const send = (...values: string[]): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = ['Host', '127.0.0.1', ...values.flatMap((value) => ['Authorization', value])];
        const request = httpRequest(service.url, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        request.on('error', reject).end();
      });
    expect(await send(`Bearer ${token}`)).toBe(200);
    expect(await send(`Bearer ${token}`, `Bearer ${token}`)).toBe(401);
    expect(await send(`Bearer ${token}`, 'Basic YTpi')).toBe(401);
  });

  it('refuses a token of 20 kB without parsing it, if the server accepts such headers', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const long = `Bearer ${await issuer.token({ username: 'x'.repeat(15_000) })}`;
    expect(long.length).toBeGreaterThan(20_000);
    // Node's default limit is 16 kB of headers.
    expect((await fetch(service.url, { headers: { Authorization: long } })).status).toBe(431);

    const app = express().use(service.guard.requireAuth());
    const roomy = createServer({ maxHeaderSize: 65_536 }, app).listen(0, '127.0.0.1');
    onTestFinished(() => void roomy.close());
    await new Promise((resolve) => roomy.once('listening', resolve));
    const url = `http://127.0.0.1:${(roomy.address() as AddressInfo).port}`;
    const answer = await fetch(url, { headers: { Authorization: long } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'token_invalid' });
  });

  it('works without `createGuard`, as one middleware that can be closed', async () => {
    const issuer = await startIssuer();
    const handler = requireAuth({ issuer: issuer.url, audience: 'shop', role: 'admin' });
    onTestFinished(handler.close);
    const app = express().get('/', handler, (request, response) => void response.json(getClaims(request).sub));
    const server = app.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const ask = async (role: string): Promise<number> => {
      const headers = { Authorization: `Bearer ${await issuer.token({ role })}` };
      return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers })).status;
    };
    expect([await ask('admin'), await ask('user')]).toEqual([200, 403]);
  });

  it('sends requests to `reachAt`, if set, instead of `issuer`', async () => {
    const issuer = await startIssuer();
    const name = 'https://accounts.example';
    issuer.routes['/.well-known/openid-configuration'] = (_request, response) =>
      response.end(
        JSON.stringify({
          issuer: name,
          jwks_uri: `${name}/.well-known/jwks.json`,
          revocation_feed_uri: `${name}/api/tokens/revocations`,
        }),
      );
    const service = await startService(issuer, { issuer: name, reachAt: `${issuer.url}/`, whenStale: 'allow' });
    expect(await service.codeFor(await issuer.token({ iss: name }))).toBe('none');
  });

  it('throws for an invalid option at the start', () => {
    const good = { issuer: 'http://127.0.0.1:9', audience: 'shop' };
    for (const wrong of [
      { issuer: 'accounts' },
      { audience: '' },
      { secret: 'short' },
      { reachAt: 'here' },
      { maxLifeSeconds: Number.NaN },
      { clockToleranceSeconds: -1 },
    ]) {
      expect(() => createGuard({ ...good, ...wrong })).toThrow(TypeError);
    }
    const guard = createGuard(good);
    onTestFinished(guard.close);
    for (const wrong of [{ fresh: 0 }, { scope: '' }, { scope: ['a"b'] }, { role: [] }, { locations: [] }]) {
      expect(() => guard.requireAuth(wrong)).toThrow(TypeError);
    }
  });
});

describe('the switch', () => {
  it('`optional` accepts requests without a token, but no invalid token', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { optional: true } });
    expect((await service.ask()).body).toBeNull();
    expect((await service.askWith(await issuer.token())).body).toMatchObject({ sub: 'user-1' });
    expect(await service.codeFor('nonsense')).toBe('token_invalid');
  });

  it('`fresh` requires a recent sign-in', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { fresh: 300 }, clockToleranceSeconds: 0 });
    const now = issuer.nowSeconds();
    expect(await service.codeFor(await issuer.token({ auth_time: now - 290 }))).toBe('none');
    expectRefusal(
      await service.askWith(await issuer.token({ auth_time: now - 310 })),
      'insufficient_user_authentication',
      challengeOf(
        'insufficient_user_authentication',
        'Sign in again: this requires a recent sign-in.',
        ', max_age="300"',
      ),
    );
  });

  it('`fresh` tolerates a difference of clocks', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { fresh: 10 } });
    expect(await service.codeFor(await issuer.token({ auth_time: issuer.nowSeconds() - 30 }))).toBe('none');
  });

  it.each(['cart:read cart:write', ['cart:read', 'cart:write']])('`scope: %j` requires both scopes', async (scope) => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { scope } });
    expect(await service.codeFor(await issuer.token({ scope: 'cart:write more cart:read' }))).toBe('none');
    for (const lacking of ['cart:read', 'cart:read cart:writer', '', undefined]) {
      expectRefusal(
        await service.askWith(await issuer.token({ scope: lacking })),
        'insufficient_scope',
        challengeOf('insufficient_scope', 'The access token lacks a required scope.', ', scope="cart:read cart:write"'),
      );
    }
  });

  it('`role` requires that role, or one of several', async () => {
    const issuer = await startIssuer();
    const admins = await startService(issuer, { switches: { role: 'admin' } });
    const staff = await startService(issuer, { switches: { role: ['admin', 'clerk'] } });
    const [user, clerk] = [await issuer.token(), await issuer.token({ role: 'clerk' })];
    expectRefusal(
      await admins.askWith(user),
      'insufficient_scope',
      challengeOf('insufficient_scope', 'The role of the user does not allow this.'),
    );
    expect(await admins.codeFor(clerk)).toBe('insufficient_scope');
    expect(await staff.codeFor(clerk)).toBe('none');
    expect(await staff.codeFor(user)).toBe('insufficient_scope');
  });

  it('`locations` names the only places of the token, in order', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { locations: [{ cookie: 'access' }, { query: 'token' }] } });
    const token = await issuer.token();
    expect((await service.ask({ Cookie: `other=1; access=${token}; more=2` })).status).toBe(200);
    expect((await service.ask({}, { query: `?a=1&token=${token}` })).status).toBe(200);
    expect((await service.ask({ Cookie: 'access=nonsense' }, { query: `?token=${token}` })).status).toBe(401);
    expectRefusal(await service.askWith(token), 'token_missing', 'Bearer realm="shop"');
    const byHeader = await startService(issuer);
    expect((await byHeader.ask({ Cookie: `access=${token}` }, { query: `?token=${token}` })).status).toBe(401);
  });

  it('`locations` refuses several tokens in one place', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { locations: [{ cookie: 'access' }, { query: 'token' }] } });
    const token = await issuer.token();
    for (const answer of [
      await service.ask({ Cookie: `access=${token}; access=${token}` }),
      await service.ask({}, { query: `?token=${token}&token=${token}` }),
    ]) {
      expect(answer.body.code).toBe('token_invalid');
    }
  });

  it('`locations` with a cookie refuses changes from other sites', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { switches: { locations: [{ cookie: 'access' }, 'headers'] } });
    const Cookie = `access=${await issuer.token()}`;
    const post = (headers: Record<string, string>) => service.ask(headers, { method: 'POST' });
    const own = new URL(service.url).origin;
    for (const headers of [
      { Cookie },
      { Cookie, 'Sec-Fetch-Site': 'same-site', Origin: own },
      { Cookie, 'Sec-Fetch-Site': 'cross-site' },
      { Cookie, Origin: 'https://elsewhere.example' },
      { Cookie, Origin: 'null' },
    ]) {
      expectRefusal(await post(headers), 'origin_not_allowed');
    }
    expect((await post({ Cookie, Origin: own })).status).toBe(200);
    expect((await post({ Cookie, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
    expect((await service.ask({ Cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200);
    expect((await post({ Authorization: `Bearer ${await issuer.token()}` })).status).toBe(200);
  });
});
