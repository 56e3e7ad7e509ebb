import type { StoredKey } from './signing-key-store.ts';

/**
 * `coming`: published, signs later. `current`: signs. `previous`: its tokens may still live. `dead`: the last of them has
 * expired. `retired`: taken away by hand, at once. Only `dead` and `retired` keys are not published and accepted.
 */
export type KeyState = 'coming' | 'current' | 'previous' | 'dead' | 'retired';

/** Whether tokens were signed with the key: a key that was retired before its time never signed. */
const hasSigned = ({ activeAt, retiredAt }: StoredKey, now: Date): boolean =>
  activeAt <= now && !(retiredAt && retiredAt <= activeAt);

/**
 * The newest key that signs or has signed. Only this one may sign, and only while it is not retired: an older key never
 * signs again, because it may have been replaced for a reason.
 */
export const newestSigner = (keys: readonly StoredKey[], now: Date): StoredKey | undefined =>
  keys.findLast((key) => hasSigned(key, now));

/** From when on a newer key signed in its place; `undefined` while there is none. */
export const replacedAt = (key: StoredKey, keys: readonly StoredKey[], now: Date): Date | undefined =>
  keys.find((other) => other.number > key.number && hasSigned(other, now))?.activeAt;

export const keyState = (key: StoredKey, keys: readonly StoredKey[], now: Date): KeyState => {
  if (key.retiredAt) return 'retired';
  if (key.activeAt > now) return 'coming';
  if (key === newestSigner(keys, now)) return 'current';
  return key.expiresAt && key.expiresAt <= now ? 'dead' : 'previous';
};

/** Whether the tokens of the key are accepted, and its public half is published. */
export const isAccepted = (key: StoredKey, keys: readonly StoredKey[], now: Date): boolean =>
  !['dead', 'retired'].includes(keyState(key, keys, now));
