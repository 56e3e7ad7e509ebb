import type { JwtAlgorithm } from '@latchkey/contract/jwt';
import { addSeconds, type Clock } from '../clock.ts';
import { OperatorError } from '../operator-error.ts';
import { unseal } from './app-secret.ts';
import { keyState } from './key-states.ts';
import { newSigningKey } from './new-signing-key.ts';
import type { SigningKeyStore, StoredKey } from './signing-key-store.ts';

type Needs = {
  readonly signingKeys: SigningKeyStore;
  readonly appSecrets: readonly [string, ...string[]];
  readonly jwtAlgorithm: JwtAlgorithm;
  readonly clock: Clock;
};

/**
 * Publishes a new signing key, which becomes active after the lead. The first key becomes active at once.
 * @throws OperatorError when a key is pending, or the keys cannot be rotated with these settings
 */
export const rotateKey =
  ({ signingKeys, appSecrets, jwtAlgorithm, clock }: Needs) =>
  async (leadSeconds: number): Promise<Pick<StoredKey, 'number' | 'activeAt'>> => {
    if (jwtAlgorithm === 'HS256') {
      throw new OperatorError(
        'With HS256 the key is derived from APP_SECRET: set a new APP_SECRET and move the old one to APP_SECRET_PREVIOUS.',
      );
    }
    const now = clock();
    const keys = await signingKeys.list();
    const stateOf = (key: StoredKey) => keyState(key, keys, now);
    const pending = keys.find((key) => stateOf(key) === 'pending');
    if (pending) {
      const moment = pending.activeAt.toISOString();
      throw new OperatorError(
        `Key ${pending.number} is already pending; it becomes active at ${moment}. To cancel it: pnpm keys retire ${pending.number}`,
      );
    }
    // If the servers could not decrypt the key, they would load no later change and could not restart.
    const isOtherSecret = keys.some(
      (key) =>
        stateOf(key) === 'active' &&
        key.algorithm !== 'HS256' &&
        unseal(appSecrets, key.sealedPrivateKey) === undefined,
    );
    if (isOtherSecret) {
      throw new OperatorError(
        'APP_SECRET does not decrypt the active key; use the APP_SECRET of the servers. Nothing was changed.',
      );
    }
    const number = (keys.at(-1)?.number ?? 0) + 1;
    const activeAt = addSeconds(now, keys.length === 0 ? 0 : leadSeconds);
    const key = await newSigningKey(number, jwtAlgorithm, appSecrets[0], { createdAt: now, activeAt });
    // Of two concurrent rotations, one inserts the key with this number.
    if (!(await signingKeys.insert(key))) {
      throw new OperatorError('Another rotation ran at the same time; see pnpm keys list.');
    }
    return key;
  };
