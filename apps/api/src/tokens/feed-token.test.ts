import { createHmac, createSecretKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import type { JwtKey } from '../keys/jwt.ts';
import { signFeed } from './feed-token.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = createSecretKey(Buffer.alloc(32, 7));
const keys: readonly JwtKey[] = [
  { id: 'rsa', algorithm: 'RS256', signWith: rsa.privateKey, verifyWith: rsa.publicKey },
  { id: 'ec', algorithm: 'ES256', signWith: ec.privateKey, verifyWith: ec.publicKey },
  { id: 'shared', algorithm: 'HS256', signWith: secret, verifyWith: secret },
];

const isSignedBy = ({ algorithm, verifyWith }: JwtKey, input: string, signature: Buffer): boolean =>
  algorithm === 'HS256'
    ? createHmac('sha256', verifyWith).update(input).digest().equals(signature)
    : verify('sha256', Buffer.from(input), { key: verifyWith, dsaEncoding: 'ieee-p1363' }, signature);

// 500 revocations are one piece.
it.each(keys.flatMap((key) => [0, 1, 2, 3, 500, 1201].map((count) => ({ key, count, algorithm: key.algorithm }))))(
  'a feed of $count revocations is one JWT with a valid $algorithm signature',
  async ({ key, count }) => {
    const revoked = Array.from({ length: count }, (_, n) => ({ sid: `session ${n}`, before: 1_700_000_000 + n }));
    const revocations = revoked.map(({ sid, before }) => ({ sessionId: sid, before: new Date(before * 1000) }));
    const jwt = (await signFeed(key, 'https://accounts.example', new Date(), revocations)).toString();
    const [, input = '', payload = '', signature = ''] = /^([\w-]+\.([\w-]+))\.([\w-]+)$/.exec(jwt) ?? [];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).revoked).toEqual(revoked);
    expect(isSignedBy(key, input, Buffer.from(signature, 'base64url'))).toBe(true);
  },
);
