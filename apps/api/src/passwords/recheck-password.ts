import type { Write } from '../database/database.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { problem } from '../problem.ts';

type Next = { readonly hash: string; readonly updatedAt?: Date };

/**
 * Checks in the transaction of a change that the password is still the one that `confirmPassword` checked, and replaces it if there
 * is a next one. The caller holds the account's lock.
 * @throws Problem `wrong_password`
 */
export const recheckPassword =
  ({ passwords }: { readonly passwords: PasswordStore }) =>
  async (write: Write, userId: string, checkedHash: string, next: Next = { hash: checkedHash }): Promise<void> => {
    const isUnchanged = await passwords.replace(write, userId, checkedHash, next);
    if (!isUnchanged) throw problem('wrong_password', { wasChanged: true });
  };

export type RecheckPassword = ReturnType<typeof recheckPassword>;
