import { createPublicKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import { importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { vectors } from '../testing/vectors.ts';

/** Other verifiers, configured as in their documentation: key, algorithm, audience. */
const clients = {
  'fast-jwt, and so @fastify/jwt': async (token: string, { alg, jwk }: (typeof vectors.keys)[number]) => {
    const key = jwk.k
      ? Buffer.from(jwk.k, 'base64url')
      : createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const clockTimestamp = vectors.now * 1000;
    return createVerifier({ key, algorithms: [alg], allowedAud: vectors.audience, clockTimestamp })(token);
  },
  jose: async (token: string, { alg, jwk }: (typeof vectors.keys)[number]) => {
    const currentDate = new Date(vectors.now * 1000);
    const key = await importJWK(jwk, alg);
    return (await jwtVerify(token, key, { audience: vectors.audience, algorithms: [alg], currentDate })).payload;
  },
};

const keyOf = (token: string) => {
  const { alg } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  return vectors.keys.find((key) => key.alg === alg) ?? expect.fail(`no key for ${alg}`);
};

describe.each(Object.entries(clients))('%s', (_name, verify) => {
  it.each(vectors.vectors.filter(({ name }) => name.startsWith('good ')))('accepts $name', async ({ token }) => {
    expect(await verify(token, keyOf(token))).toMatchObject({ username: 'ada' });
  });

  it.each(vectors.vectors.filter(({ otherKind }) => otherKind))('refuses $name', async ({ token }) => {
    await expect(verify(token, keyOf(token))).rejects.toThrow();
  });
});
