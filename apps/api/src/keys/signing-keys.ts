import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { addSeconds, type Clock } from '../clock.ts';
import { deriveKey, keyIdOf, seal, unseal } from './app-secret.ts';
import type { JwtAlgorithm, JwtKey } from './jwt.ts';
import { isAccepted, newestSigner, replacedAt } from './key-states.ts';
import type { SigningKeyStore, StoredKey } from './signing-key-store.ts';

type Needs = {
  readonly store: SigningKeyStore;
  readonly clock: Clock;
  readonly algorithm: JwtAlgorithm;
  /** The present secret first, then older ones that still open what they closed. */
  readonly appSecrets: readonly [string, ...string[]];
  readonly jwtSecret: string | undefined;
  /** How long an access token outlives its making, tolerance included. */
  readonly tokenSeconds: number;
};

/** The stored keys were sealed with a secret that we were not given. */
export class SealedKeyError extends Error {
  constructor() {
    super(
      'APP_SECRET does not open the signing keys in the database. Set APP_SECRET to the secret they were made with, or name that one in APP_SECRET_PREVIOUS.',
    );
    this.name = 'SealedKeyError';
  }
}

const generate = promisify(generateKeyPair);

/** The key's thumbprint (RFC 7638): the members that make up the public key, in order of name, hashed. */
const thumbprint = (publicKey: KeyObject): string => {
  const { kty, crv, e, n, x, y } = publicKey.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
};

/** Makes a key pair, sealed, that signs from `activeAt` on. */
export const newSigningKey = async (
  number: number,
  algorithm: 'RS256' | 'ES256',
  appSecret: string,
  times: Pick<StoredKey, 'createdAt' | 'activeAt'>,
): Promise<StoredKey> => {
  const { privateKey, publicKey } =
    algorithm === 'RS256'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    number,
    algorithm,
    id: thumbprint(publicKey),
    sealedPrivateKey: seal(appSecret, pem),
    retiredAt: null,
    expiresAt: null,
    ...times,
  };
};

/** Says since when the secret signs instead of a key pair, so that the pair expires as after any other change of keys. */
const newSecretMarker = (number: number, now: Date): StoredKey => ({
  number,
  algorithm: 'HS256',
  id: `hs256-${number}`,
  sealedPrivateKey: '',
  createdAt: now,
  activeAt: now,
  retiredAt: null,
  expiresAt: null,
});

const symmetricKeys = (appSecrets: readonly string[], jwtSecret: string | undefined): JwtKey[] => {
  const secrets = jwtSecret
    ? [Buffer.from(jwtSecret, 'utf8')]
    : appSecrets.map((secret) => deriveKey(secret, 'access-token-hs256'));
  return secrets.map((bytes) => {
    const secret = createSecretKey(bytes);
    return { id: keyIdOf(bytes), algorithm: 'HS256', signWith: secret, verifyWith: secret };
  });
};

/**
 * The keys that sign and verify access tokens. `reload` creates the first key pair when there is none, and reads what other
 * processes have changed; call it once before anything else.
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
    // So that an old secret can be left out once every process has started with the new one.
    const isOldSeal = unseal([appSecrets[0]], row.sealedPrivateKey) === undefined;
    if (isOldSeal) await store.reseal(row, seal(appSecrets[0], pem));
    const signWith = createPrivateKey(pem);
    const key = { id: row.id, algorithm: row.algorithm, signWith, verifyWith: createPublicKey(signWith) };
    opened.set(row.id, key);
    return key;
  };

  const isOurs = (row: StoredKey): boolean => row.algorithm === algorithm;

  /**
   * At its start a process takes over with its own algorithm. While it runs it only replaces a key of its own that is over:
   * otherwise two processes with different settings would make keys in turn.
   */
  const isKeyNeeded = (rows: readonly StoredKey[], isStart: boolean): boolean => {
    const signer = newestSigner(isStart ? rows : rows.filter(isOurs), clock());
    if (algorithm === 'HS256') return isStart && signer !== undefined && !isOurs(signer);
    return !signer || !isOurs(signer) || !isAccepted(signer, rows, clock());
  };

  /** Reads again after making a key: if two processes start at once, both use the key of the first. */
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

  /** Asks for the last token of a replaced key, once: from then on the key's row tells. */
  const withExpiry = async (key: StoredKey, rows: readonly StoredKey[]): Promise<StoredKey> => {
    const replaced = replacedAt(key, rows, clock());
    if (key.expiresAt || key.retiredAt || !replaced) return key;
    // Other processes may sign with it until they have seen the new key.
    const settled = addSeconds(replaced, tokenSeconds);
    if (settled > clock()) return key;
    const lastNamed = await store.lastApiTokenExpiry(settled);
    const expiresAt = lastNamed ? addSeconds(lastNamed, tokenSeconds) : settled;
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
    if (!current) throw new Error('there is always a current key');
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

    /** The public halves, for services (RFC 7517). Secrets that are shared have none. */
    published: (): (JsonWebKey & { kty: string; kid: string; alg: string; use: 'sig' })[] =>
      [...loaded().accepted.values()]
        .filter((key) => key.algorithm !== 'HS256')
        .map((key) => {
          const jwk = key.verifyWith.export({ format: 'jwk' });
          return { ...jwk, kty: jwk.kty ?? '', kid: key.id, alg: key.algorithm, use: 'sig' as const };
        }),

    /** @throws SealedKeyError */
    async reload(): Promise<void> {
      latest = await load(latest === undefined);
    },
  };
};

export type SigningKeys = ReturnType<typeof createSigningKeys>;
