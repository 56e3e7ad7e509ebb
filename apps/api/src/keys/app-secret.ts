import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** The use of a derived key. Each use has its own label, so that no key serves two. */
export type KeyLabel =
  | 'access-token-hs256'
  | 'refresh-token'
  | 'app-refresh-token'
  | 'device-token'
  | 'secret-id'
  | 'signing-key-seal'
  | 'verification';

/** 32 bytes derived from the secret with HKDF-SHA-256 (RFC 5869). */
export const deriveKey = (secret: string, label: KeyLabel): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `latchkey/${label}`, 32));

/** A short public id of a symmetric key, which reveals nothing about the key. */
export const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 16);

/** Encrypts with AES-256-GCM under a key derived from the secret. Returns nonce, tag and ciphertext as one base64url string. */
export const seal = (secret: string, plain: string): string => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(secret, 'signing-key-seal'), nonce);
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
};

/** Decrypts what `seal` encrypted with the first secret that fits; `undefined` if none does. */
export const unseal = (secrets: readonly string[], text: string): string | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  for (const secret of secrets) {
    const decipher = createDecipheriv('aes-256-gcm', deriveKey(secret, 'signing-key-seal'), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      // Sealed with another secret, or altered; GCM cannot tell which.
    }
  }
  return undefined;
};
