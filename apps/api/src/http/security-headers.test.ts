import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { securityHeaders } from './security-headers.ts';

const [engine] = engines;

const helmetHeaders = (isHttps: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps && { maxAge: 63_072_000, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });

it.each(['http://127.0.0.1:3000', 'https://accounts.example.com'])(
  'sets every header of helmet for %s',
  async (publicUrl) => {
    const headersOf = async (middleware: RequestHandler) => {
      const app = express().use(middleware, (_request, response) => void response.end());
      const { date: _, ...headers } = (await supertest(app).get('/')).headers;
      return headers;
    };
    const expected = await headersOf(helmetHeaders(publicUrl.startsWith('https:')));
    expect(await headersOf(securityHeaders(publicUrl))).toMatchObject(expected);
  },
);

describe('every answer', () => {
  const latchkey = shareLatchkey(engine);
  const onEveryStatus = async ({ http, person, me } = latchkey()) => [
    await me((await person()).access_token).expect(200),
    await http.post('/api/sessions/logout').expect(204),
    await http.post('/api/sessions/login').send('{').type('application/json').expect(400),
    await me('nonsense').expect(401),
    await http
      .post('/api/sessions/login')
      .set('Origin', 'x')
      .send({ username: 'a', password: 'b', delivery: 'cookie' })
      .expect(403),
    await http.get('/api/nothing').expect(404),
    await http.put('/api/accounts/me').expect(405),
    await http
      .post('/api/sessions/login')
      .send({ username: 'a'.repeat(200_000) })
      .expect(413),
    await http.post('/api/sessions/login').type('text/plain').send('x').expect(415),
    await http.post('/api/sessions/login').expect(422),
    await http.get('/health/live').expect(200),
    await http.get('/api/openapi.json').expect(200),
    await http.get('/api/docs').expect(200),
    await http.get('/api/docs/swagger-ui.css').expect(200),
  ];
  /** Documents that services may cache: a conditional request gets 304 and the same headers. */
  const onPublicDocuments = async ({ http } = latchkey()) => {
    const feed = await http.get('/api/tokens/revocations').expect(200);
    return [
      feed,
      await http
        .get('/api/tokens/revocations')
        .set('If-None-Match', feed.headers.etag ?? '')
        .expect(304),
      await http.get('/.well-known/jwks.json').expect(200),
      await http.get('/.well-known/openid-configuration').expect(200),
      await http.get('/.well-known/oauth-authorization-server').expect(200),
    ];
  };

  it('has strict headers with every status', async () => {
    const publicDocuments = new Set(await onPublicDocuments());
    for (const answer of [...(await onEveryStatus()), ...publicDocuments]) {
      const { headers } = answer;
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';manifest-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': publicDocuments.has(answer) ? 'cross-origin' : 'same-origin',
        'origin-agent-cluster': '?1',
        'x-permitted-cross-domain-policies': 'none',
      });
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
      if (!publicDocuments.has(answer)) expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('may not be cached, except documents for services', async () => {
    for (const { headers } of await onEveryStatus()) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers).not.toHaveProperty('etag');
    }
  });

  it('disables the features that our pages never use, except passkeys and copying', async () => {
    for (const { headers } of [...(await onEveryStatus()), ...(await onPublicDocuments())]) {
      const policy = headers['permissions-policy'] ?? '';
      expect(policy).toMatch(/^[a-z-]+=\(\)(, [a-z-]+=\(\))*$/);
      const off = policy.split(', ').map((feature) => feature.replace('=()', ''));
      expect(off).toEqual(
        expect.arrayContaining(['camera', 'microphone', 'geolocation', 'payment', 'usb', 'fullscreen']),
      );
      expect(off.filter((name) => /^publickey-credentials|^clipboard-write$/.test(name))).toEqual([]);
    }
  });

  it('has strict headers also when it is rate limited or the database is gone', async () => {
    const limited = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const guess = () => limited.http.post('/api/sessions/login').send({ username: 'nobody', password: 'a guess' });
    let answer = await guess();
    for (let tries = 1; answer.status !== 429 && tries < 100; tries++) answer = await guess();
    const { access_token } = await limited.person();
    await limited.closeDatabase();
    for (const [{ status, headers }, expected] of [
      [answer, 429],
      [await limited.me(access_token), 503],
    ] as const) {
      expect(status).toBe(expected);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'permissions-policy': expect.stringContaining('camera=()'),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });

  it('requires https if PUBLIC_URL is https', async () => {
    const secure = await startLatchkey(engine, { settings: { PUBLIC_URL: 'https://accounts.example.com' } });
    for (const { headers } of [await secure.http.get('/health/live'), await secure.http.get('/api/nothing')]) {
      expect(headers['strict-transport-security']).toBe('max-age=63072000');
      expect(headers['content-security-policy']).toMatch(/;upgrade-insecure-requests$/);
    }
  });
});

describe('a call from another origin', () => {
  const friend = 'https://app.example.com';
  const latchkey = shareLatchkey(engine, { settings: { CORS_ORIGINS: `${friend}, https://second.example.com` } });

  it.each([friend, 'https://second.example.com'])(
    'is allowed from %s, with a token and without the cookie',
    async (origin) => {
      const { access_token } = await latchkey().person();
      const asked = await latchkey()
        .http.options('/api/accounts/me')
        .set({
          Origin: origin,
          'Access-Control-Request-Method': 'PATCH',
          'Access-Control-Request-Headers': 'authorization',
        })
        .expect(204);
      expect(asked.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-headers': 'authorization',
        'access-control-allow-methods': expect.stringContaining('PATCH'),
      });
      const answer = await latchkey().me(access_token).set('Origin', origin).expect(200);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After,WWW-Authenticate,X-Request-Id',
        vary: expect.stringContaining('Origin'),
      });
      for (const { headers } of [asked, answer]) expect(headers).not.toHaveProperty('access-control-allow-credentials');
    },
  );

  it.each(['https://app.example.com.evil.example', 'http://app.example.com', 'null', 'https://elsewhere.example'])(
    'is not allowed from %s',
    async (origin) => {
      const asked = await latchkey()
        .http.options('/api/accounts/me')
        .set({ Origin: origin, 'Access-Control-Request-Method': 'GET' });
      const answer = await latchkey().http.get('/health/live').set('Origin', origin);
      for (const { headers } of [asked, answer]) expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it('may not use the cookie even from an allowed origin', async () => {
    const { refresh_token } = await latchkey().person();
    const answer = await latchkey()
      .http.post('/api/sessions/refresh')
      .set({ Origin: friend, Cookie: `latchkey_refresh_5173=${refresh_token}` });
    expect(answer.body.code).toBe('origin_not_allowed');
  });
});
