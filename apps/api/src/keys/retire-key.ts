import type { Clock } from '../clock.ts';
import { OperatorError } from '../operator-error.ts';
import { keyState } from './key-states.ts';
import type { SigningKeyStore } from './signing-key-store.ts';

type Needs = { readonly signingKeys: SigningKeyStore; readonly clock: Clock };

/**
 * Revokes a key, given by its number or id: tokens that it signed are refused.
 * @param isStolen revokes a key even while its tokens may be valid
 * @returns the number of the key
 */
export const retireKey =
  ({ signingKeys, clock }: Needs) =>
  async (which: string, isStolen: boolean): Promise<number> => {
    const keys = await signingKeys.list();
    const key = keys.find(({ number, id }) => String(number) === which || id === which);
    if (!key) throw new OperatorError(`There is no key "${which}"; see pnpm keys list.`);
    const state = keyState(key, keys, clock());
    if (state === 'revoked') throw new OperatorError(`Key ${key.number} is already revoked.`);
    if (key.algorithm === 'HS256') {
      throw new OperatorError(`Key ${key.number} represents JWT_SECRET or APP_SECRET; change the secret instead.`);
    }
    // A key that has not signed yet has no tokens.
    if (['active', 'retiring'].includes(state) && !isStolen) {
      throw new OperatorError(
        `Key ${key.number} has signed tokens that may still be valid. After pnpm keys rotate it expires automatically with the last of them. If the key was stolen, --now refuses its tokens immediately.`,
      );
    }
    await signingKeys.retire(key.id, clock());
    return key.number;
  };
