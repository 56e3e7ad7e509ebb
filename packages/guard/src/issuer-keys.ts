import { createHash } from 'node:crypto';
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import * as z from 'zod/mini';
import { type createIssuerMetadata, getJson } from './issuer-metadata.ts';
import type { Timers } from './timers.ts';
import type { FindKey, KeyHeader } from './verify-jwt.ts';

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

const jwkSet = z.custom<JSONWebKeySet>();

/**
 * The public keys of an issuer's JWKS. Cached, and read again for an unknown `kid`. Not jose's `createRemoteJWKSet`: its cool-down
 * cannot both accept a new key at once and limit a flood, and known keys fail with it when its cache is old and the issuer away.
 */
export const createPublicKeys = (
  metadata: ReturnType<typeof createIssuerMetadata>,
  { now }: Pick<Timers, 'now'>,
  signal: AbortSignal,
): IssuerKeys => {
  let keys = createLocalJWKSet({ keys: [] });
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let lastFailed = true;
  let allowance = maxBurst;
  let refilledAt = now();

  const read = async (): Promise<void> => {
    try {
      const { jwks_uri } = await metadata.get();
      keys = createLocalJWKSet(await getJson(jwks_uri, jwkSet, signal));
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

  /** `undefined` for an unknown, unsupported or malformed key. jose takes no symmetric key from a JWK Set. */
  const findKnown = (header: KeyHeader): Promise<CryptoKey | undefined> => keys(header).catch(() => undefined);

  return {
    async find(header) {
      const known = await findKnown(header);
      if (known) return known;
      if (reading || mayRequest()) await readOnce().catch(() => {});
      return (await findKnown(header)) ?? (lastFailed ? 'unreachable' : undefined);
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
    find: async ({ alg, kid }) => (alg === 'HS256' && kid === id ? key : undefined),
    renew: async () => {},
  };
};
