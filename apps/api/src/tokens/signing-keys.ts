import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import { deriveKey, keyIdOf, seal, unseal } from './app-secret.ts';
import type { JwtAlgorithm, JwtKey } from './jwt.ts';
import type { SigningKeyStore } from './signing-key-store.ts';

export type SigningKeys = { readonly current: JwtKey; readonly all: ReadonlyMap<string, JwtKey> };

type Needs = {
  readonly store: SigningKeyStore;
  readonly clock: Clock;
  readonly algorithm: JwtAlgorithm;
  /** The present secret first, then older ones that still open what they closed. */
  readonly appSecrets: readonly [string, ...string[]];
  readonly jwtSecret: string | undefined;
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

const newPrivateKey = async (algorithm: 'RS256' | 'ES256'): Promise<KeyObject> =>
  algorithm === 'RS256'
    ? (await generate('rsa', { modulusLength: 2048 })).privateKey
    : (await generate('ec', { namedCurve: 'P-256' })).privateKey;

/** The key's thumbprint (RFC 7638): the members that make up the public key, in order of name, hashed. */
const thumbprint = (publicKey: KeyObject): string => {
  const { kty, crv, e, n, x, y } = publicKey.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
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

/** The keys that sign and check access tokens. Makes the first key pair where the database has none yet. */
export const loadSigningKeys = async ({
  store,
  clock,
  algorithm,
  appSecrets,
  jwtSecret,
}: Needs): Promise<SigningKeys> => {
  const keys = algorithm === 'HS256' ? symmetricKeys(appSecrets, jwtSecret) : await storedKeys();
  const [current] = keys;
  if (!current) throw new Error('there is always a first key');
  return { current, all: new Map(keys.map((key) => [key.id, key])) };

  async function storedKeys(): Promise<JwtKey[]> {
    if (algorithm === 'HS256') return [];
    let rows = await store.list(algorithm);
    if (rows.length === 0) {
      const privateKey = await newPrivateKey(algorithm);
      await store.insert({
        number: 1,
        algorithm,
        id: thumbprint(createPublicKey(privateKey)),
        sealedPrivateKey: seal(appSecrets[0], privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
        createdAt: clock(),
      });
      // Read again: where two processes start at once, both use the key of the one that came first.
      rows = await store.list(algorithm);
    }
    return rows.map((row) => {
      const pem = unseal(appSecrets, row.sealedPrivateKey);
      if (!pem) throw new SealedKeyError();
      const signWith = createPrivateKey(pem);
      return { id: row.id, algorithm, signWith, verifyWith: createPublicKey(signWith) };
    });
  }
};
