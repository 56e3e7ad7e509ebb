import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JwtAlgorithm } from '@latchkey/contract/jwt';
import { addSeconds, type Clock } from '../clock.ts';
import { OperatorError } from '../operator-error.ts';
import { deriveKey, seal, unseal } from './app-secret.ts';
import { symmetricKey } from './derived-keys.ts';
import type { JwtKey } from './jwt.ts';
import { isAccepted, newestSigner, replacedAt } from './key-states.ts';
import { newSecretMarker, newSigningKey } from './new-signing-key.ts';
import type { SigningKeyStore, StoredKey } from './signing-key-store.ts';

type Needs = {
  readonly store: SigningKeyStore;
  readonly clock: Clock;
  readonly algorithm: JwtAlgorithm;
  /** The current secret first, then previous ones, which still decrypt what they encrypted. */
  readonly appSecrets: readonly [string, ...string[]];
  readonly jwtSecret: string | undefined;
  /** How long services accept an access token, clock tolerance included. */
  readonly tokenSeconds: number;
};

/** The stored keys are encrypted with a secret that is not configured. */
class SealedKeyError extends OperatorError {
  constructor() {
    super(
      'APP_SECRET does not decrypt the signing keys in the database. Set APP_SECRET to the secret that encrypted them, or add that secret to APP_SECRET_PREVIOUS.',
    );
    this.name = 'SealedKeyError';
  }
}

const symmetricKeys = (appSecrets: readonly string[], jwtSecret: string | undefined): JwtKey[] => {
  const secrets = jwtSecret
    ? [Buffer.from(jwtSecret, 'utf8')]
    : appSecrets.map((secret) => deriveKey(secret, 'access-token-hs256'));
  return secrets.map(symmetricKey);
};

/**
 * The keys that sign and verify access tokens. `reload` creates the first key pair if there is none, and reads the changes of
 * other processes; call it once before anything else.
 */
export const createSigningKeys = (needs: Needs) => {
  const { store, clock, algorithm, appSecrets, jwtSecret, tokenSeconds } = needs;
  const symmetric = algorithm === 'HS256' ? symmetricKeys(appSecrets, jwtSecret) : [];
  const opened = new Map<string, JwtKey>();

  const open = async (row: StoredKey): Promise<JwtKey> => {
    const known = opened.get(row.id);
    if (known) return known;
    const pem = unseal(appSecrets, row.sealedPrivateKey);
    if (!pem) throw new SealedKeyError();
    // Once every process has started with the new secret, the operator can drop the old one.
    const isOldSeal = unseal([appSecrets[0]], row.sealedPrivateKey) === undefined;
    if (isOldSeal) await store.reseal(row, seal(appSecrets[0], pem));
    const signWith = createPrivateKey(pem);
    const key = { id: row.id, algorithm: row.algorithm, signWith, verifyWith: createPublicKey(signWith) };
    opened.set(row.id, key);
    return key;
  };

  const isOurs = (row: StoredKey): boolean => row.algorithm === algorithm;

  /**
   * At its start, a process switches to its own algorithm. Later it only replaces an expired or revoked key of that algorithm;
   * otherwise two processes with different settings would create keys in turn.
   */
  const isKeyNeeded = (rows: readonly StoredKey[], isStart: boolean): boolean => {
    const signer = newestSigner(isStart ? rows : rows.filter(isOurs), clock());
    if (algorithm === 'HS256') return isStart && signer !== undefined && !isOurs(signer);
    return !signer || !isOurs(signer) || !isAccepted(signer, rows, clock());
  };

  /** Reads again after creating a key: if two processes start at the same time, both use the key of the first. */
  const rowsWithCurrent = async (isStart: boolean): Promise<StoredKey[]> => {
    const rows = await store.list();
    if (!isKeyNeeded(rows, isStart)) return rows;
    const now = clock();
    const number = (rows.at(-1)?.number ?? 0) + 1;
    const key =
      algorithm === 'HS256'
        ? newSecretMarker(number, now)
        : await newSigningKey(number, algorithm, appSecrets[0], { createdAt: now, activeAt: now });
    await store.insert(key);
    return rowsWithCurrent(isStart);
  };

  /** Looks up the last token of a replaced key, once; then the key's row has its expiry. */
  const withExpiry = async (key: StoredKey, rows: readonly StoredKey[]): Promise<StoredKey> => {
    const replaced = replacedAt(key, rows, clock());
    if (key.expiresAt || key.revokedAt || !replaced) return key;
    // Other processes may sign with it until they have read the new key.
    const settled = addSeconds(replaced, tokenSeconds);
    if (settled > clock()) return key;
    const lastApiToken = await store.lastApiTokenExpiry(settled);
    const expiresAt = lastApiToken ? addSeconds(lastApiToken, tokenSeconds) : settled;
    await store.setExpiry(key.id, expiresAt);
    return { ...key, expiresAt };
  };

  const load = async (isStart: boolean) => {
    const known = await rowsWithCurrent(isStart);
    const rows = await Promise.all(known.map((row) => withExpiry(row, known)));
    const accepted = rows.filter((row) => row.algorithm !== 'HS256' && isAccepted(row, rows, clock()));
    const keys = [...symmetric, ...(await Promise.all(accepted.map(open)))];
    const signer = newestSigner(rows.filter(isOurs), clock());
    const current = symmetric[0] ?? keys.find(({ id }) => id === signer?.id);
    if (!current) throw new Error('there is always an active key');
    const version = [current, ...keys].map(({ id }) => id).join(' ');
    return { current, accepted: new Map(keys.map((key) => [key.id, key])), version };
  };

  let latest: Awaited<ReturnType<typeof load>> | undefined;
  const loaded = () => {
    if (!latest) throw new Error('call reload() first');
    return latest;
  };
  return {
    current: (): JwtKey => loaded().current,
    find: (id: string): JwtKey | undefined => loaded().accepted.get(id),

    /** Changes whenever the keys do. */
    version: (): string | undefined => latest?.version,

    /** The public keys, for services (RFC 7517). Shared secrets have none. */
    published: (): (JsonWebKey & { kty: string; kid: string; alg: string; use: 'sig' })[] =>
      [...loaded().accepted.values()]
        .filter((key) => key.algorithm !== 'HS256')
        .map((key) => {
          const jwk = key.verifyWith.export({ format: 'jwk' });
          return { ...jwk, kty: jwk.kty ?? '', kid: key.id, alg: key.algorithm, use: 'sig' as const };
        }),

    /** @throws OperatorError if APP_SECRET does not decrypt the keys */
    async reload(): Promise<void> {
      latest = await load(latest === undefined);
    },
  };
};

export type SigningKeys = ReturnType<typeof createSigningKeys>;
