import { importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { vectors } from '../testing/vectors.ts';
import { createAccessTokenVerifier } from './access-token.ts';

describe('the result of the guard for a token that is', () => {
  const verify = createAccessTokenVerifier(vectors, async (header) => {
    const key = vectors.keys.find(({ alg, kid }) => alg === header.alg && kid === header.kid);
    return key && importJWK(key.jwk, key.alg);
  });

  it.each(vectors.vectors)('$name: $expected ($why)', async ({ token, expected }) => {
    expect((await verify(token, vectors.now)).status).toBe(expected);
  });
});
