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
   * Reads them again where they were last read a minute ago or earlier.
   * @throws where the issuer cannot be asked
   */
  readonly renew: () => Promise<void>;
};

/** So often may tokens with an unknown `kid` make us ask: five times at once, then once in five seconds. */
const maxInFlight = 5;
const millisecondsForAQuestion = 5_000;
const renewAfterMilliseconds = 60_000;

const jwkSet = z.object({ keys: z.array(z.looseObject({ kid: z.optional(z.string()) })) });

/** A key that we can use, and for what (RFC 7517 §4). A set may hold others; a symmetric one is never taken from it. */
const importPublicKey = async (jwk: JWK): Promise<VerificationKey | undefined> => {
  const algorithm = jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' && jwk.crv === 'P-256' ? 'ES256' : undefined;
  if (!algorithm || (jwk.alg ?? algorithm) !== algorithm || (jwk.use ?? 'sig') !== 'sig') return undefined;
  try {
    return { algorithm, key: (await importJWK({ ...jwk, alg: algorithm, use: 'sig' }, algorithm)) as CryptoKey };
  } catch {
    return undefined;
  }
};

/** Gives the usable keys of a JWK Set (RFC 7517 §5) by their `kid`. */
export const importKeySet = async (keys: readonly JWK[]): Promise<ReadonlyMap<string, VerificationKey>> => {
  const found = new Map<string, VerificationKey>();
  for (const jwk of keys) {
    const key = await importPublicKey(jwk);
    if (jwk.kid !== undefined && key) found.set(jwk.kid, key);
  }
  return found;
};

/** The public keys of an issuer, by way of its JWKS: kept, and read again for a `kid` that is not among them. */
export const createPublicKeys = (
  metadata: ReturnType<typeof createIssuerMetadata>,
  { now }: Pick<Timers, 'now'>,
  signal: AbortSignal,
): IssuerKeys => {
  let keys: ReadonlyMap<string, VerificationKey> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let lastFailed = true;
  let questions = maxInFlight;
  let countedAt = now();

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

  /** Counts first, so that a flood of made-up `kid`s does not become one at the issuer. */
  const mayAsk = (): boolean => {
    const askedAt = now();
    questions = Math.min(maxInFlight, questions + (askedAt - countedAt) / millisecondsForAQuestion);
    countedAt = askedAt;
    if (questions < 1) return false;
    questions -= 1;
    return true;
  };

  return {
    async find(kid) {
      if (!keys.has(kid) && (reading || mayAsk())) await readOnce().catch(() => {});
      return keys.get(kid) ?? (lastFailed ? 'unreachable' : undefined);
    },
    async renew() {
      if (now() - readAt > renewAfterMilliseconds) await readOnce();
    },
  };
};

/** The one key of an HS256 issuer (its `JWT_SECRET`); named as `keyIdOf` in apps/api/src/keys/app-secret.ts does. */
export const createSecretKeys = (secret: string): IssuerKeys => {
  const key = Buffer.from(secret, 'utf8');
  const id = createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 16);
  return {
    find: async (kid) => (kid === id ? { algorithm: 'HS256', key } : undefined),
    renew: async () => {},
  };
};
