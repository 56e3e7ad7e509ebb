import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { publicUrl, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('what services find on $name', (engine) => {
  it.each([
    ['RS256', {}],
    ['ES256', { dsaEncoding: 'ieee-p1363' as const }],
  ])('the published %s key checks the signature of a token, and holds nothing private', async (algorithm, options) => {
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

  it('the discovery document leads to everything', async () => {
    const latchkey = await startLatchkey(engine);
    const { body } = await latchkey.http.get('/.well-known/openid-configuration').expect(200);
    expect(body).toMatchObject({ issuer: publicUrl, jwks_uri: `${publicUrl}/.well-known/jwks.json` });
    for (const [name, uri] of Object.entries<string>(body)) {
      if (!/_(endpoint|uri)$/.test(name)) continue;
      const { pathname } = new URL(uri);
      const answer = await latchkey.http[name.endsWith('_uri') ? 'get' : 'post'](pathname);
      expect([name, answer.status === 404]).toEqual([name, false]);
    }
  });
});
