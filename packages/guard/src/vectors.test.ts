import { importJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { vectors } from '../testing/vectors.ts';
import { createAccessTokenVerifier } from './access-token.ts';
import type { VerificationKey } from './open-jwt.ts';

describe('the result of the guard for a token that is', () => {
  const keys = new Map<string, VerificationKey>();
  beforeAll(async () => {
    for (const { kid, alg, jwk } of vectors.keys) keys.set(kid, { algorithm: alg, key: await importJWK(jwk, alg) });
  });
  const verify = createAccessTokenVerifier(vectors, async (kid) => keys.get(kid));

  it.each(vectors.vectors)('$name: $expected ($why)', async ({ token, expected }) => {
    expect((await verify(token, vectors.now)).status).toBe(expected);
  });
});
