import type { User } from '@latchkey/contract/user';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { AccountChanges, AccountStore } from './account-store.ts';
import { toUser } from './to-user.ts';

type UpdateNeeds = {
  readonly accounts: AccountStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

export const updateProfile =
  ({ accounts, transaction, clock }: UpdateNeeds) =>
  async (userId: string, changes: AccountChanges): Promise<User> => {
    const updated = await transaction((write) => accounts.update(write, userId, changes, clock()));
    if (!updated) throw new Problem('token_revoked', 'This account was deleted.');
    return toUser(updated);
  };

type DeleteNeeds = {
  readonly accounts: AccountStore;
  readonly confirmPassword: ConfirmPassword;
  readonly transaction: Database['transaction'];
};

/** Deletes the account for good, and every session with it. */
export const deleteAccount =
  ({ accounts, confirmPassword, transaction }: DeleteNeeds) =>
  async (userId: string, password: string): Promise<void> => {
    const checkedHash = await confirmPassword(userId, password);
    const removed = await transaction((write) => accounts.remove(write, userId, checkedHash));
    if (!removed) throw new Problem('wrong_password', 'The password was changed at the same time from elsewhere.');
  };
