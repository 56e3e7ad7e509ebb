import { createSecretKey } from 'node:crypto';
import { deriveKey, type KeyLabel, keyIdOf } from './app-secret.ts';
import type { JwtKey } from './jwt.ts';

export const symmetricKey = (bytes: Buffer): JwtKey => {
  const secret = createSecretKey(bytes);
  return { id: keyIdOf(bytes), algorithm: 'HS256', signWith: secret, verifyWith: secret };
};

/** The keys for tokens that only Latchkey verifies. The first secret's key signs; the keys of older secrets still verify. */
export const derivedKeys = (appSecrets: readonly [string, ...string[]], label: KeyLabel) => {
  const keyOf = (appSecret: string): JwtKey => symmetricKey(deriveKey(appSecret, label));
  const current = keyOf(appSecrets[0]);
  const keys = new Map(appSecrets.map(keyOf).map((key) => [key.id, key]));
  return { current, find: (id: string): JwtKey | undefined => keys.get(id) };
};
