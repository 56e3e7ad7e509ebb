import { addSeconds } from '../clock.ts';
import type { JwtAlgorithm } from './jwt.ts';
import type { StoredKey } from './signing-key-store.ts';

/**
 * `coming`: published, signs later. `current`: signs. `previous`: its tokens may still live. `dead`: the last of them is
 * gone. `retired`: taken away by hand, at once. Only `dead` and `retired` keys are not published and accepted.
 */
export type KeyState = 'coming' | 'current' | 'previous' | 'dead' | 'retired';

type Rules = {
  readonly algorithm: JwtAlgorithm;
  readonly now: Date;
  /** How long an access token outlives its making, tolerance included. */
  readonly tokenSeconds: number;
  /** When the last named token dies that was made before this moment. */
  readonly lastNamedExpiry: (madeBefore: Date) => Promise<Date | null>;
};

/** In which part of its life each key is, in the order of the keys. */
export const keyStates = async (
  keys: readonly StoredKey[],
  { algorithm, now, tokenSeconds, lastNamedExpiry }: Rules,
): Promise<KeyState[]> => {
  const inUse = keys.filter(({ retiredAt }) => !retiredAt);
  const current = inUse.findLast((key) => key.algorithm === algorithm && key.activeAt <= now);

  const isDead = async (key: StoredKey): Promise<boolean> => {
    const successor = inUse.find(({ number, activeAt }) => number > key.number && activeAt <= now);
    if (!successor || addSeconds(successor.activeAt, tokenSeconds) > now) return false;
    const lastNamed = await lastNamedExpiry(addSeconds(successor.activeAt, tokenSeconds));
    return !lastNamed || addSeconds(lastNamed, tokenSeconds) <= now;
  };

  return Promise.all(
    keys.map(async (key): Promise<KeyState> => {
      if (key.retiredAt) return 'retired';
      if (key === current) return 'current';
      if (key.activeAt > now) return 'coming';
      return (await isDead(key)) ? 'dead' : 'previous';
    }),
  );
};
