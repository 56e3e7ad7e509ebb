import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 130 bits in base32. The form is that of `appIdPattern`. */
export const newAppId = (): string => `app_${[...randomBytes(26)].map((byte) => alphabet[byte % 32]).join('')}`;

/** 256 bits; the prefix lets scanners find a secret that was published by mistake. */
export const newSecret = (): string => `latchkey_secret_${randomBytes(32).toString('base64url')}`;

/** What the database stores. The kind is part of it, so that no hash of another secret matches. */
export const secretHashOf = (secret: string): string =>
  createHash('sha256').update(`app secret\n${secret}`).digest('base64url');

/** Whether a secret has one of these hashes, without telling by time which. */
export const hasHash = (secret: string, hashes: readonly string[]): boolean => {
  const hash = Buffer.from(secretHashOf(secret));
  return hashes.map((one) => timingSafeEqual(Buffer.from(one), hash)).includes(true);
};
