// Regenerates vectors.json: run `node packages/guard/make-vectors.ts` after a change of the access token format.
// Keeps the keys of the existing file; without one, generates new keys.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { signOwnTokens } from '../../apps/api/testing/sign-own-tokens.ts';
import { jwtKeyOf } from './testing/jwt-key.ts';

type Algorithm = 'RS256' | 'ES256' | 'HS256';
type SigningKey = { readonly kid: string; readonly alg: Algorithm; readonly jwk: JsonWebKey };
type Expected = 'valid' | 'expired' | 'invalid';

const file = new URL('vectors.json', import.meta.url);
const now = 1_795_000_000;
const maxLifeSeconds = 31_622_400;
const clockToleranceSeconds = 30;
const issuer = 'https://accounts.example';
const audience = 'shop';

const newKeys = (): SigningKey[] => [
  {
    kid: 'rsa',
    alg: 'RS256',
    jwk: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  },
  {
    kid: 'ec',
    alg: 'ES256',
    jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  },
  {
    kid: 'secret',
    alg: 'HS256',
    jwk: { kty: 'oct', k: Buffer.from('vectors only: never use this key').toString('base64url') },
  },
];
const old = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const [rsa, ec, secret] = (old?.signingKeys ?? newKeys()) as [SigningKey, SigningKey, SigningKey];

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const rsaPublicKey = createPublicKey(createPrivateKey({ key: rsa.jwk, format: 'jwk' }));

const signature = ({ alg, jwk }: SigningKey, text: string): string => {
  if (alg === 'HS256')
    return createHmac('sha256', Buffer.from(jwk.k ?? '', 'base64url'))
      .update(text)
      .digest('base64url');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
};

/** A token of exactly these texts, correctly signed. */
const sealed = (header: string, payload: string, key: SigningKey): string => {
  const text = `${base64url(header)}.${base64url(payload)}`;
  return `${text}.${signature(key, text)}`;
};

const claims = {
  iss: issuer,
  sub: '0b5a2f6e-3c1d-4e7f-8a9b-1c2d3e4f5a6b',
  aud: audience,
  exp: now + 1800,
  iat: now - 60,
  auth_time: now - 600,
  jti: '7d1c9e0a-52b4-4c38-9f6d-3e8a1b2c4d5e',
  sid: '4f3e2d1c-0b9a-4876-a543-21fedcba9876',
  type: 'access',
  role: 'user',
  username: 'ada',
  client_id: 'latchkey',
};
const headerOf = ({ alg, kid }: SigningKey) => ({ alg, typ: 'at+jwt', kid });

const token = (changed: object = {}, header: object = headerOf(rsa), key = rsa): string =>
  sealed(JSON.stringify(header), JSON.stringify({ ...claims, ...changed }), key);
/** A token with a change in the JSON text of the payload that no object can express. */
const tokenWithText = (from: string | RegExp, to: string): string =>
  sealed(JSON.stringify(headerOf(rsa)), JSON.stringify(claims).replace(from, to), rsa);
const tokenWithHeader = (changed: object): string => token({}, { ...headerOf(rsa), ...changed });

const good = token();
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');
const goodHmac = token({}, headerOf(secret), secret);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextLetter = (text: string): string => `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) + 1]}`;

const confused = (secretText: string | Buffer, kid: string): string => {
  const text = `${base64url(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid }))}.${goodPayload}`;
  return `${text}.${createHmac('sha256', secretText).update(text).digest('base64url')}`;
};
const unsigned = (alg: string): string => `${base64url(JSON.stringify({ ...headerOf(rsa), alg }))}.${goodPayload}.`;

const otherKinds = await signOwnTokens({
  issuer,
  now: new Date(now * 1000),
  keys: [rsa, ec, secret].map(jwtKeyOf),
});

/** The common Python libraries accept these, although RFC 8725 does not allow them. */
const lax = 'python is laxer';
type Row = readonly [expected: Expected, name: string, token: string, why: string, python?: typeof lax];

const rows: readonly Row[] = [
  ['valid', 'good RS256', good, 'signed by Latchkey'],
  ['valid', 'good ES256', token({}, headerOf(ec), ec), 'signed by Latchkey'],
  ['valid', 'good HS256', goodHmac, 'signed by Latchkey'],
  ['valid', 'scope', token({ scope: 'cart:read cart:write' }), 'the only optional claim'],
  ['valid', 'a year', token({ exp: claims.iat + maxLifeSeconds }), 'the maximum of an API token'],
  ['valid', 'just expired', token({ exp: now - 29 }), 'within the clock tolerance'],
  ['valid', 'just issued', token({ iat: now + 30 }), 'within the clock tolerance'],
  [
    'valid',
    'header in another order',
    sealed('{"kid":"rsa","typ":"at+jwt","alg":"RS256"}', JSON.stringify(claims), rsa),
    'members are unordered',
  ],
  [
    'valid',
    'exp twice, the last one good',
    tokenWithText(/"exp"/, `"exp":${now - 600},"exp"`),
    'the last one counts (RFC 7519 §4)',
  ],
  [
    'expired',
    'exp twice, the last one over',
    tokenWithText(/("exp":\d+)/, `$1,"exp":${now - 50}`),
    'the last one counts (RFC 7519 §4)',
  ],
  ['expired', 'expired', token({ iat: now - 3600, exp: now - 1800 }), 'valid in every other respect'],
  ['expired', 'just over', token({ exp: now - 30 }), 'past the clock tolerance', lax],
  [
    'expired',
    'expired ES256',
    token({ iat: now - 3600, exp: now - 1800 }, headerOf(ec), ec),
    'valid in every other respect',
  ],
  [
    'expired',
    'expired HS256',
    token({ iat: now - 3600, exp: now - 1800 }, headerOf(secret), secret),
    'valid in every other respect',
  ],
  ['expired', 'exp 0', token({ iat: 0, exp: 0 }), 'falsy, but present'],
  [
    'invalid',
    'expired and forged',
    `${token({ exp: now - 600 }).slice(0, -8)}AAAAAAAA`,
    'a forged token is never expired',
  ],
  [
    'invalid',
    'forged signature',
    `${goodHeader}.${goodPayload}.${'A'.repeat(goodSignature.length)}`,
    'not signed by the key',
  ],
  ['invalid', 'forged HS256', `${goodHmac.slice(0, -9)}AAAAAAAAA`, 'not signed by the key'],
  [
    'invalid',
    'other claims',
    `${goodHeader}.${base64url(JSON.stringify({ ...claims, role: 'admin' }))}.${goodSignature}`,
    'signed for other claims',
  ],
  [
    'invalid',
    'ES256 all zero',
    `${base64url(JSON.stringify(headerOf(ec)))}.${goodPayload}.${'A'.repeat(86)}`,
    'CVE-2022-21449',
  ],
  ['invalid', 'empty', '', 'no token'],
  ['invalid', 'two parts', `${goodHeader}.${goodPayload}`, 'truncated'],
  ['invalid', 'no signature', `${goodHeader}.${goodPayload}.`, 'truncated'],
  ['invalid', 'last letter cut', good.slice(0, -1), 'truncated'],
  ['invalid', 'padded', `${good}==`, 'RFC 7515 §2: no padding', lax],
  ['invalid', 'line break at the end', `${good}\n`, 'not base64url', lax],
  ['invalid', 'four parts', `${good}.x`, 'not a compact JWS'],
  ['invalid', 'alg none', unsigned('none'), 'RFC 8725 §3.2'],
  ['invalid', 'alg None', unsigned('None'), 'RFC 8725 §3.2'],
  ['invalid', 'alg none, still signed', tokenWithHeader({ alg: 'none' }), 'RFC 8725 §3.2'],
  [
    'invalid',
    'HS256 with the RSA public PEM',
    confused(rsaPublicKey.export({ type: 'spki', format: 'pem' }), rsa.kid),
    'RFC 8725 §2.1',
  ],
  [
    'invalid',
    'HS256 with the RSA public DER',
    confused(rsaPublicKey.export({ type: 'spki', format: 'der' }), rsa.kid),
    'RFC 8725 §2.1',
  ],
  ['invalid', 'HS256 with an empty secret', confused('', secret.kid), 'not signed by the key'],
  ['invalid', 'alg of another key', token({}, { ...headerOf(rsa), alg: 'ES256' }), 'one algorithm for each key'],
  ['invalid', 'alg of the same family', token({}, { ...headerOf(rsa), alg: 'RS512' }), 'one algorithm for each key'],
  ['invalid', 'kid of another key', token({}, { ...headerOf(rsa), kid: ec.kid }), 'the key is for another algorithm'],
  ['invalid', 'signed by another key', token({}, headerOf(rsa), ec), 'not signed by the key of its kid'],
  ['invalid', 'unknown kid', tokenWithHeader({ kid: 'nobody' }), 'no such key'],
  ['invalid', 'kid from the prototype', tokenWithHeader({ kid: '__proto__' }), 'no such key'],
  ['invalid', 'no kid', tokenWithHeader({ kid: undefined }), 'no key'],
  ['invalid', 'kid a number', tokenWithHeader({ kid: 1 }), 'not a string'],
  ['invalid', 'typ JWT', tokenWithHeader({ typ: 'JWT' }), 'RFC 9068 §4', lax],
  ['invalid', 'typ of a refresh token', tokenWithHeader({ typ: 'rt+jwt' }), 'RFC 8725 §3.11', lax],
  ['invalid', 'typ of the feed', tokenWithHeader({ typ: 'revocations+jwt' }), 'RFC 8725 §3.11', lax],
  ['invalid', 'no typ', tokenWithHeader({ typ: undefined }), 'RFC 9068 §4', lax],
  ['invalid', 'crit', tokenWithHeader({ crit: ['exp'] }), 'RFC 7515 §4.1.11', lax],
  ['invalid', 'b64 false', tokenWithHeader({ b64: false, crit: ['b64'] }), 'RFC 7797', lax],
  ['invalid', 'jwk', tokenWithHeader({ jwk: rsaPublicKey.export({ format: 'jwk' }) }), 'contains its own key', lax],
  [
    'invalid',
    'jku',
    tokenWithHeader({ jku: 'https://elsewhere.example/jwks.json' }),
    'names keys of another server',
    lax,
  ],
  ['invalid', 'zip', tokenWithHeader({ zip: 'DEF' }), 'Latchkey writes no such member', lax],
  ['invalid', 'header an array', sealed('["RS256"]', JSON.stringify(claims), rsa), 'not an object'],
  ['invalid', 'header no JSON', sealed('RS256', JSON.stringify(claims), rsa), 'not JSON'],
  ['invalid', 'no exp', token({ exp: undefined }), 'would never expire'],
  ['invalid', 'exp 1e400', tokenWithText(/"exp":\d+/, '"exp":1e400'), 'would never expire'],
  ['invalid', 'exp text', token({ exp: String(claims.exp) }), 'not a number', lax],
  ['invalid', 'exp between two seconds', token({ exp: claims.exp + 0.5 }), 'Latchkey writes whole seconds', lax],
  ['invalid', 'no iat', token({ iat: undefined }), 'unbounded lifetime'],
  ['invalid', 'future iat', token({ iat: now + 31 }), 'issued in the future', lax],
  [
    'invalid',
    'too long a life',
    token({ exp: claims.iat + maxLifeSeconds + 1 }),
    'longer than any token of Latchkey',
    lax,
  ],
  ['invalid', 'no sub', token({ sub: undefined }), 'no user'],
  ['invalid', 'sub empty', token({ sub: '' }), 'no user', lax],
  ['invalid', 'sub a number', token({ sub: 7 }), 'RFC 7519 §4.1.2', lax],
  ['invalid', 'sub an object', token({ sub: { id: claims.sub } }), 'RFC 7519 §4.1.2', lax],
  ['invalid', 'aud an array', token({ aud: [audience, 'others'] }), 'Latchkey writes one audience', lax],
  ['invalid', 'wrong aud', token({ aud: 'others' }), 'for another service'],
  ['invalid', 'no aud', token({ aud: undefined }), 'no audience'],
  ['invalid', 'wrong iss', token({ iss: 'https://elsewhere.example' }), 'of another issuer'],
  ['invalid', 'iss with a slash', token({ iss: `${issuer}/` }), 'compared exactly (RFC 8414 §3.3)'],
  ['invalid', 'no sid', token({ sid: undefined }), 'could not be revoked', lax],
  ['invalid', 'no client_id', token({ client_id: undefined }), 'RFC 9068 §2.2', lax],
  ['invalid', 'no auth_time', token({ auth_time: undefined }), 'freshness is unknown', lax],
  ['invalid', 'type refresh', token({ type: 'refresh' }), 'another kind of token', lax],
  ['invalid', 'an unknown claim', token({ nbf: now - 60 }), 'Latchkey writes no such claim', lax],
  ['invalid', 'payload no JSON', sealed(JSON.stringify(headerOf(rsa)), 'no JSON', rsa), 'no claims'],
  ['invalid', 'payload an array', sealed(JSON.stringify(headerOf(rsa)), '[]', rsa), 'no claims'],
  ['invalid', 'payload null', sealed(JSON.stringify(headerOf(rsa)), 'null', rsa), 'no claims'],
  ['invalid', 'payload empty', sealed(JSON.stringify(headerOf(rsa)), '', rsa), 'no claims'],
  ['invalid', 'non-canonical signature', nextLetter(goodHmac), 'a second form of the same bytes', lax],
  ['invalid', '5 kB', token({ username: 'x'.repeat(3_300) }), 'longer than any token of Latchkey', lax],
];

const publicPart = ({ jwk: { kty, n, e, crv, x, y, k } }: SigningKey) =>
  kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, k };
/** ES256 signatures are random: keeps the existing one if the token is the same. */
const kept = (name: string, made: string): string => {
  const before = old?.vectors.find((vector: { name: string; token: string }) => vector.name === name)?.token ?? '';
  const text = (whole: string) => whole.split('.').slice(0, 2).join('.');
  return /\.[\w-]{86}$/.test(made) && text(before) === text(made) ? before : made;
};

const vectors = [
  ...rows.map(([expected, name, made, why, python]) => ({
    name,
    expected,
    why,
    ...(python && { python: false }),
    token: kept(name, made),
  })),
  ...Object.entries(otherKinds).map(([name, made]) => ({
    name,
    expected: 'invalid',
    why: 'the aud of another kind (RFC 8725 §3.9)',
    otherKind: true,
    token: kept(name, made),
  })),
];
const signingKeys = [rsa, ec, secret];
const keys = signingKeys.map((key) => ({ kid: key.kid, alg: key.alg, jwk: publicPart(key) }));
const about =
  'Made by make-vectors.ts. "python": false marks tokens that PyJWT or python-jose accept and Latchkey refuses. "otherKind": true marks the other kinds of tokens that Latchkey signs. The keys are used for nothing else.';
const all = { about, now, issuer, audience, clockToleranceSeconds, maxLifeSeconds, keys, signingKeys, vectors };
writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
