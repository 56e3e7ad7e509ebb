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
import type { Clock } from '../clock.ts';
import { deriveKey, keyIdOf, seal, unseal } from './app-secret.ts';
import type { JwtAlgorithm, JwtKey } from './jwt.ts';
import { keyStates } from './key-states.ts';
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
    ...times,
  };
};

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

  /** Reads again after making a key: where two processes start at once, both use the key of the one that came first. */
  const rowsWithCurrent = async (): Promise<StoredKey[]> => {
    const rows = await store.list();
    const isServed = rows.some((row) => row.algorithm === algorithm && !row.retiredAt && row.activeAt <= clock());
    if (algorithm === 'HS256' || isServed) return rows;
    const now = clock();
    const number = (rows.at(-1)?.number ?? 0) + 1;
    await store.insert(await newSigningKey(number, algorithm, appSecrets[0], { createdAt: now, activeAt: now }));
    return rowsWithCurrent();
  };

  const load = async () => {
    const rows = await rowsWithCurrent();
    const states = await keyStates(rows, {
      algorithm,
      now: clock(),
      tokenSeconds,
      lastNamedExpiry: store.lastNamedExpiry,
    });
    const accepted = rows.filter((_, index) => states[index] !== 'dead' && states[index] !== 'retired');
    const keys = [...symmetric, ...(await Promise.all(accepted.map(open)))];
    const current = symmetric[0] ?? keys.find(({ id }) => id === rows[states.indexOf('current')]?.id);
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
      latest = await load();
    },
  };
};

export type SigningKeys = ReturnType<typeof createSigningKeys>;
