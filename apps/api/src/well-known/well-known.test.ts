import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { publicUrl, startLatchkey } from '../../testing/start-latchkey.ts';

/** Pages of the web app, which the browser tests open. */
const pages = { '/oauth/authorize': true, '/oauth/logout': true };

const publicDocuments = [
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/api/tokens/revocations',
];

describe.each(engines)('the documents for services on $name', (engine) => {
  it.each([
    ['RS256', {}],
    ['ES256', { dsaEncoding: 'ieee-p1363' as const }],
  ])('the published %s key verifies a token, and contains nothing private', async (algorithm, options) => {
    const latchkey = await startLatchkey(engine, { settings: { JWT_ALGORITHM: algorithm } });
    const { body } = await latchkey.http.get('/.well-known/jwks.json').expect(200);
    const { access_token } = await latchkey.person();
    const [header = '', payload = '', signature = ''] = access_token.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const jwk: JsonWebKey = body.keys.find((key: { kid: string }) => key.kid === kid);
    expect(jwk).toMatchObject({ alg: algorithm, use: 'sig' });
    expect(Object.keys(jwk)).not.toEqual(expect.arrayContaining(['d']));
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), ...options };
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('a shared secret is not published', async () => {
    const latchkey = await startLatchkey(engine, { settings: { JWT_ALGORITHM: 'HS256' } });
    await latchkey.person();
    const { body } = await latchkey.http.get('/.well-known/jwks.json').expect(200);
    expect(body).toEqual({ keys: [] });
  });

  it('the discovery document lists the algorithms of all tokens that are still valid', async () => {
    const settings = { JWT_ALGORITHM: 'RS256' };
    const before = await startLatchkey(engine, { settings });
    const { databaseUrl, clock } = before;
    const { access_token } = await before.person();
    const after = await startLatchkey(engine, { databaseUrl, clock, settings: { JWT_ALGORITHM: 'ES256' } });
    await after.me(access_token).expect(200);
    const { body } = await after.http.get('/.well-known/openid-configuration').expect(200);
    expect(body.id_token_signing_alg_values_supported).toEqual(['ES256', 'RS256']);
  });

  it('scripts of any website may read the public documents, with and without CORS_ORIGINS', async () => {
    for (const settings of [{}, { CORS_ORIGINS: 'https://app.example' }]) {
      const { http } = await startLatchkey(engine, { settings });
      for (const path of publicDocuments) {
        const origin = { Origin: 'https://elsewhere.example' };
        const { headers } = await http.get(path).set(origin).expect(200);
        expect([path, headers]).toMatchObject([
          path,
          {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': expect.stringContaining('ETag'),
            'cross-origin-resource-policy': 'cross-origin',
          },
        ]);
        // If-None-Match and Prefer require a preflight request.
        const asks = { ...origin, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'prefer' };
        const preflight = await http.options(path).set(asks).expect(204);
        expect(preflight.headers).toMatchObject({
          'access-control-allow-origin': '*',
          'access-control-allow-headers': 'prefer',
          'access-control-allow-methods': 'GET,HEAD,POST',
        });
      }
    }
  });

  it('the discovery document is the same at both of its paths', async () => {
    const { http } = await startLatchkey(engine);
    const [openid, oauth] = [
      await http.get('/.well-known/openid-configuration').expect(200),
      await http.get('/.well-known/oauth-authorization-server').expect(200),
    ];
    expect(oauth.body).toEqual(openid.body);
    expect(openid.body).toMatchObject({
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      introspection_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'Bearer',
      ],
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    });
  });

  it('every URL of the discovery document exists', async () => {
    const latchkey = await startLatchkey(engine);
    const { body } = await latchkey.http.get('/.well-known/openid-configuration').expect(200);
    expect(body).toMatchObject({ issuer: publicUrl, jwks_uri: `${publicUrl}/.well-known/jwks.json` });
    for (const [name, uri] of Object.entries<string>(body)) {
      if (!/_(endpoint|uri)$/.test(name)) continue;
      const { pathname } = new URL(uri);
      if (pathname in pages) continue;
      const answer = await latchkey.http[name.endsWith('_uri') ? 'get' : 'post'](pathname);
      expect([name, answer.status === 404]).toEqual([name, false]);
    }
  });
});
