import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createJwtVerifier, type JwtKey, signJwt, signJwtAside } from './jwt.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = createSecretKey(Buffer.alloc(32, 7));

const sharedKey: JwtKey = { id: 'shared-key', algorithm: 'HS256', signWith: secret, verifyWith: secret };
const keys: readonly JwtKey[] = [
  { id: 'rsa-key', algorithm: 'RS256', signWith: rsa.privateKey, verifyWith: rsa.publicKey },
  { id: 'ec-key', algorithm: 'ES256', signWith: ec.privateKey, verifyWith: ec.publicKey },
  sharedKey,
];

const now = 1_700_000_000;
const good = { iss: 'us', aud: 'them', sub: 'somebody', iat: now, exp: now + 60 };

const verify = createJwtVerifier({
  type: 'at+jwt',
  findKey: (id) => keys.find((key) => key.id === id),
  claims: z.strictObject({ iss: z.string(), aud: z.string(), sub: z.string(), iat: z.int(), exp: z.int() }),
  issuer: 'us',
  audience: 'them',
  maxLifeSeconds: () => 60,
  clockToleranceSeconds: 30,
});
const statusOf = (token: string, at = now): string => verify(token, at).status;

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const goodHeader = { alg: 'RS256', typ: 'at+jwt', kid: 'rsa-key' };

/** A token with any header and payload, correctly signed with the RSA key. */
const handmade = (payload: string, header: object = goodHeader, key: KeyObject = rsa.privateKey): string => {
  const signed = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
};
const handmadeWith = (claims: object): string => handmade(JSON.stringify({ ...good, ...claims }));

describe('a token', () => {
  it.each(keys)('signed with $algorithm is valid until it expires', async (key) => {
    const token = await signJwtAside('at+jwt', key, good);
    expect(verify(token, now)).toEqual({ status: 'valid', claims: good });
    expect(statusOf(token, now + 60 + 29)).toBe('valid');
    expect(verify(token, now + 60 + 30)).toEqual({ status: 'expired', claims: good });
  });

  it('assembled by hand is valid, so that the tests below fail for their own reason', () => {
    expect(statusOf(handmade(JSON.stringify(good)))).toBe('valid');
  });

  it.each(keys)('with any one character changed is invalid ($algorithm)', async (key) => {
    const token = await signJwtAside('at+jwt', key, good);
    for (let at = 0; at < token.length; at += 3) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(statusOf(`${token.slice(0, at)}${other}${token.slice(at + 1)}`)).toBe('invalid');
    }
  });

  it('that is truncated, padded or has extra text is invalid', () => {
    const token = handmade(JSON.stringify(good));
    const [header, payload, signature] = token.split('.');
    for (const other of [
      '',
      '.',
      '..',
      '...',
      header,
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `.${payload}.${signature}`,
      token.slice(0, -1),
      token.slice(1),
      `${token}=`,
      `${token}==`,
      `${token}.`,
      `${token}.x`,
      `${token}A`,
      ` ${token}`,
      `${token}\n`,
      `${header}.${payload}\n.${signature}`,
      token.replaceAll('-', '+').replaceAll('_', '/').replace(/.$/, '/'),
    ]) {
      expect(statusOf(other ?? '')).toBe('invalid');
    }
  });

  it('with the unused bits of the signature set is invalid, so that each token has one form', () => {
    // 32 bytes are 43 characters; decoders ignore two bits of the last one.
    const token = signJwt('at+jwt', sharedKey, good);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const same = `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.slice(-1)) + 1]}`;
    expect(Buffer.from(same.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    );
    expect(statusOf(same)).toBe('invalid');
  });

  it('signed with another key is invalid', () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(statusOf(handmade(JSON.stringify(good), goodHeader, stranger.privateKey))).toBe('invalid');
  });

  it.each([
    ['no typ', { alg: 'RS256', kid: 'rsa-key' }],
    ['the typ of any JWT', { ...goodHeader, typ: 'JWT' }],
    ['the typ of another kind', { ...goodHeader, typ: 'rt+jwt' }],
    ['an unknown kid', { ...goodHeader, kid: 'other' }],
    ['a kid from the prototype', { ...goodHeader, kid: '__proto__' }],
    ['no kid', { alg: 'RS256', typ: 'at+jwt' }],
    ['a kid that is not a string', { ...goodHeader, kid: 1 }],
    ['crit', { ...goodHeader, crit: ['exp'] }],
    ['a key of its own', { ...goodHeader, jwk: rsa.publicKey.export({ format: 'jwk' }) }],
    ['the URL of a key', { ...goodHeader, jku: 'https://elsewhere.example/jwks.json' }],
    ['another algorithm of the same family', { ...goodHeader, alg: 'RS512' }],
    ['an algorithm in lower case', { ...goodHeader, alg: 'rs256' }],
    ['the algorithm of another key', { ...goodHeader, alg: 'ES256' }],
    ['zip', { ...goodHeader, zip: 'DEF' }],
    ['an array for a header', ['RS256']],
  ])('whose header has %s is invalid', (_what, header) => {
    expect(statusOf(handmade(JSON.stringify(good), header))).toBe('invalid');
  });

  it('with alg none is invalid, with and without a signature', () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const token = handmade(JSON.stringify(good), { ...goodHeader, alg });
      expect(statusOf(token)).toBe('invalid');
      expect(statusOf(token.replace(/[^.]+$/, ''))).toBe('invalid');
    }
  });

  it('signed as HS256 with the public RSA key as the secret is invalid', () => {
    for (const format of ['pem', 'der'] as const) {
      const publicKey = rsa.publicKey.export({ type: 'spki', format: format as 'pem' });
      const signed = `${base64url(JSON.stringify({ ...goodHeader, alg: 'HS256' }))}.${base64url(JSON.stringify(good))}`;
      const signature = createHmac('sha256', publicKey).update(signed).digest('base64url');
      expect(statusOf(`${signed}.${signature}`)).toBe('invalid');
    }
  });

  it.each([
    ['no exp', { exp: undefined }],
    ['an exp that is a string', { exp: String(now + 60) }],
    ['a fractional exp', { exp: now + 0.5 }],
    ['too long a lifetime', { exp: now + 61 }],
    ['no iat', { iat: undefined }],
    ['an iat in the future', { iat: now + 31, exp: now + 60 }],
    ['another issuer', { iss: 'someone' }],
    ['another audience', { aud: 'others' }],
    ['several audiences', { aud: ['them', 'others'] }],
    ['no sub', { sub: undefined }],
    ['a sub that is a number', { sub: 7 }],
    ['a sub that is an object', { sub: { id: 'somebody' } }],
    ['an unknown claim', { nbf: now }],
  ])('correctly signed, but with %s, is invalid', (_what, claims) => {
    expect(statusOf(handmadeWith(claims))).toBe('invalid');
  });

  it('with an infinite exp is invalid', () => {
    expect(statusOf(handmade(JSON.stringify(good).replace(/"exp":\d+/, '"exp":1e400')))).toBe('invalid');
  });

  it.each(['', 'no JSON', '"text"', 'null', '42', '[]', '{'])(
    'correctly signed over %j is invalid, and throws nothing',
    (payload) => {
      // jsonwebtoken throws a SyntaxError if the type is plain JWT.
      expect(statusOf(handmade(payload))).toBe('invalid');
      expect(statusOf(handmade(payload, { ...goodHeader, typ: 'JWT' }))).toBe('invalid');
    },
  );

  it('is expired, not invalid, only if its signature is correct', () => {
    const expired = handmadeWith({ iat: now - 120, exp: now - 60 });
    expect(statusOf(expired)).toBe('expired');
    expect(statusOf(`${expired.slice(0, -8)}AAAAAAAA`)).toBe('invalid');
  });

  it('issued by a clock thirty seconds ahead is valid', () => {
    expect(statusOf(handmadeWith({ iat: now + 30, exp: now + 90 }))).toBe('valid');
  });

  it('of more than 4096 characters is invalid, correctly signed or not', () => {
    expect(statusOf(handmadeWith({ sub: 'x'.repeat(2000) }))).toBe('valid');
    expect(statusOf(handmadeWith({ sub: 'x'.repeat(3000) }))).toBe('invalid');
    expect(statusOf('x'.repeat(10_000))).toBe('invalid');
  });

  it('of any characters never throws', () => {
    const part = fc.oneof(fc.base64String(), fc.json().map(base64url), fc.string());
    fc.assert(
      fc.property(part, part, part, (header, payload, signature) => {
        expect(statusOf(`${header}.${payload}.${signature}`)).toBe('invalid');
        expect(statusOf(`${base64url(JSON.stringify(goodHeader))}.${payload}.${signature}`)).toBe('invalid');
      }),
    );
  });
});
