import type { StoredKey } from './signing-key-store.ts';

/**
 * `pending`: published, signs later. `active`: signs. `retiring`: replaced, but its tokens may still be valid. `expired`: the
 * last of them has expired. `revoked`: the operator removed it. Only `expired` and `revoked` keys are neither published nor accepted.
 */
export type KeyState = 'pending' | 'active' | 'retiring' | 'expired' | 'revoked';

/** Whether the key has signed tokens: a key that was revoked while it was pending has not. */
const hasSigned = ({ activeAt, revokedAt }: StoredKey, now: Date): boolean =>
  activeAt <= now && !(revokedAt && revokedAt <= activeAt);

/**
 * The newest key that signs or has signed. Only this key may sign, unless it is revoked: an older key never signs again,
 * because it may have been replaced for a reason.
 */
export const newestSigner = (keys: readonly StoredKey[], now: Date): StoredKey | undefined =>
  keys.findLast((key) => hasSigned(key, now));

/** When a newer key began to sign instead; `undefined` if none has. */
export const replacedAt = (key: StoredKey, keys: readonly StoredKey[], now: Date): Date | undefined =>
  keys.find((other) => other.number > key.number && hasSigned(other, now))?.activeAt;

export const keyState = (key: StoredKey, keys: readonly StoredKey[], now: Date): KeyState => {
  if (key.revokedAt) return 'revoked';
  if (key.activeAt > now) return 'pending';
  if (key === newestSigner(keys, now)) return 'active';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'retiring';
};

/** Whether the tokens of the key are accepted, and its public half is published. */
export const isAccepted = (key: StoredKey, keys: readonly StoredKey[], now: Date): boolean =>
  !['expired', 'revoked'].includes(keyState(key, keys, now));
