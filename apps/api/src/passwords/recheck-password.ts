import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { problem } from '../problem.ts';

/**
 * Checks in the transaction of a change that the password is still the one that `confirmPassword` checked, or still absent, and
 * replaces it if there is a next one. The caller holds the account's lock.
 * @throws Problem `wrong_password`
 */
export const recheckPassword =
  ({ passwords, clock }: { readonly passwords: PasswordStore; readonly clock: Clock }) =>
  async (write: Write, userId: string, checkedHash: string | undefined, nextHash?: string): Promise<void> => {
    const next = { hash: nextHash ?? checkedHash ?? '', ...(nextHash && { updatedAt: clock() }) };
    const isUnchanged =
      checkedHash === undefined
        ? (await passwords.findHash(userId, write)) === undefined
        : await passwords.replace(write, userId, checkedHash, next);
    if (!isUnchanged) throw problem('wrong_password', { wasChanged: true });
    if (checkedHash === undefined && nextHash)
      await passwords.set(write, { userId, hash: nextHash, updatedAt: clock() });
  };

export type RecheckPassword = ReturnType<typeof recheckPassword>;
