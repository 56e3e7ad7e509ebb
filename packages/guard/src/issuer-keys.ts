import { createHash } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import * as z from 'zod/mini';
import { type createIssuerMetadata, getJson } from './issuer-metadata.ts';
import type { FindKey, VerificationKey } from './open-jwt.ts';
import type { Timers } from './timers.ts';

/** The keys of one issuer. */
export type IssuerKeys = {
  readonly find: FindKey;
  /**
   * Reads the keys again if the last read is a minute old.
   * @throws Error if the issuer gives no valid answer
   */
  readonly renew: () => Promise<void>;
};

/** How often tokens with an unknown `kid` may cause a request: a burst of five, then one every five seconds. */
const maxBurst = 5;
const millisecondsPerRequest = 5_000;
const renewAfterMilliseconds = 60_000;

const jwkSet = z.object({ keys: z.array(z.looseObject({ kid: z.optional(z.string()) })) });

/** Imports a supported public key (RFC 7517 §4); `undefined` for any other. A symmetric key is never accepted from a JWK Set. */
const importPublicKey = async (jwk: JWK): Promise<VerificationKey | undefined> => {
  const algorithm = jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' && jwk.crv === 'P-256' ? 'ES256' : undefined;
  if (!algorithm || (jwk.alg ?? algorithm) !== algorithm || (jwk.use ?? 'sig') !== 'sig') return undefined;
  try {
    return { algorithm, key: (await importJWK({ ...jwk, alg: algorithm, use: 'sig' }, algorithm)) as CryptoKey };
  } catch {
    return undefined;
  }
};

/** The supported keys of a JWK Set (RFC 7517 §5), by `kid`. */
export const importKeySet = async (keys: readonly JWK[]): Promise<ReadonlyMap<string, VerificationKey>> => {
  const found = new Map<string, VerificationKey>();
  for (const jwk of keys) {
    const key = await importPublicKey(jwk);
    if (jwk.kid !== undefined && key) found.set(jwk.kid, key);
  }
  return found;
};

/** The public keys of an issuer's JWKS. Cached, and read again for an unknown `kid`. */
export const createPublicKeys = (
  metadata: ReturnType<typeof createIssuerMetadata>,
  { now }: Pick<Timers, 'now'>,
  signal: AbortSignal,
): IssuerKeys => {
  let keys: ReadonlyMap<string, VerificationKey> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let lastFailed = true;
  let allowance = maxBurst;
  let refilledAt = now();

  const read = async (): Promise<void> => {
    try {
      const { jwks_uri } = await metadata.get();
      const set = await getJson(jwks_uri, jwkSet, signal);
      keys = await importKeySet(set.keys as JWK[]);
      readAt = now();
      lastFailed = false;
    } catch (error) {
      lastFailed = true;
      throw error;
    } finally {
      reading = undefined;
    }
  };
  const readOnce = (): Promise<void> => {
    reading ??= read();
    return reading;
  };

  /** Limits the requests, so that a flood of invented `kid`s does not reach the issuer. */
  const mayRequest = (): boolean => {
    const currentTime = now();
    allowance = Math.min(maxBurst, allowance + (currentTime - refilledAt) / millisecondsPerRequest);
    refilledAt = currentTime;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  };

  return {
    async find(kid) {
      if (!keys.has(kid) && (reading || mayRequest())) await readOnce().catch(() => {});
      return keys.get(kid) ?? (lastFailed ? 'unreachable' : undefined);
    },
    async renew() {
      if (now() - readAt > renewAfterMilliseconds) await readOnce();
    },
  };
};

/** The only key of an HS256 issuer, its `JWT_SECRET`. `kid` is that of `keyIdOf` in apps/api/src/keys/app-secret.ts. */
export const createSecretKeys = (secret: string): IssuerKeys => {
  const key = Buffer.from(secret, 'utf8');
  const id = createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 16);
  return {
    find: async (kid) => (kid === id ? { algorithm: 'HS256', key } : undefined),
    renew: async () => {},
  };
};
