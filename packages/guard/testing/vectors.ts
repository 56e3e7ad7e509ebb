import { readFileSync } from 'node:fs';
import { jwtAlgorithms } from '@latchkey/contract/jwt';
import * as z from 'zod/mini';

const key = z.object({
  kid: z.string(),
  alg: z.enum(jwtAlgorithms),
  jwk: z.catchall(z.object({ kty: z.string() }), z.string()),
});

const file = z.object({
  now: z.int(),
  issuer: z.string(),
  audience: z.string(),
  clockToleranceSeconds: z.int(),
  maxLifeSeconds: z.int(),
  keys: z.array(key),
  signingKeys: z.array(key),
  vectors: z.array(
    z.object({
      name: z.string(),
      expected: z.enum(['valid', 'expired', 'invalid']),
      why: z.string(),
      /** Signed by Latchkey, but not an access token. */
      otherKind: z.optional(z.literal(true)),
      token: z.string(),
    }),
  ),
});

/** The result that each verifier must return for each token: the API, the guard, and Python's libraries. */
export const vectors = z.parse(file, JSON.parse(readFileSync(new URL('../vectors.json', import.meta.url), 'utf8')));
