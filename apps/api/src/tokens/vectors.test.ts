import { createPublicKey, createSecretKey } from 'node:crypto';
import { accessTokenClaims } from '@latchkey/contract/tokens';
import { describe, expect, it } from 'vitest';
import { vectors } from '../../../../packages/guard/testing/vectors.ts';
import { createJwtVerifier, type JwtKey } from './jwt.ts';

describe('the API says of a token that is', () => {
  const keys = new Map<string, JwtKey>();
  for (const { kid, alg, jwk } of vectors.keys) {
    const key = jwk.k ? createSecretKey(jwk.k, 'base64url') : createPublicKey({ key: jwk, format: 'jwk' });
    keys.set(kid, { id: kid, algorithm: alg, signWith: key, verifyWith: key });
  }
  const verify = createJwtVerifier({
    type: 'at+jwt',
    findKey: (id) => keys.get(id),
    claims: accessTokenClaims,
    issuer: vectors.issuer,
    audience: vectors.audience,
    longestLifeSeconds: () => vectors.longestLifeSeconds,
    clockToleranceSeconds: vectors.clockToleranceSeconds,
  });

  it.each(vectors.vectors)('$name: $expected ($why)', ({ token, expected }) => {
    expect(verify(token, vectors.now).status).toBe(expected);
  });
});
