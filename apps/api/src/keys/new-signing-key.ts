import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JwtAlgorithm } from '@latchkey/contract/jwt';
import { seal } from './app-secret.ts';
import type { StoredKey } from './signing-key-store.ts';

const generate = promisify(generateKeyPair);

/** The key's thumbprint (RFC 7638): a hash of the members of the public key, sorted by name. */
const thumbprint = (publicKey: KeyObject): string => {
  const { kty, crv, e, n, x, y } = publicKey.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
};

/** Generates an encrypted key pair that signs from `activeAt` on. */
export const newSigningKey = async (
  number: number,
  algorithm: Exclude<JwtAlgorithm, 'HS256'>,
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
    revokedAt: null,
    expiresAt: null,
    ...times,
  };
};

/** Marks when the secret replaced a key pair, so that the pair expires as after any other change of keys. */
export const newSecretMarker = (number: number, now: Date): StoredKey => ({
  number,
  algorithm: 'HS256',
  id: `hs256-${number}`,
  sealedPrivateKey: '',
  createdAt: now,
  activeAt: now,
  revokedAt: null,
  expiresAt: null,
});
