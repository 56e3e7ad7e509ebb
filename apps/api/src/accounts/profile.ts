import type { User } from '@latchkey/contract/user';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { SessionStore, SessionWithUser } from '../sessions/session-store.ts';
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
  readonly sessions: SessionStore;
  readonly confirmPassword: ConfirmPassword;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Deletes the account for good, with everything that stands for it; services are told that its tokens are over. */
export const deleteAccount =
  ({ accounts, sessions, confirmPassword, transaction, clock }: DeleteNeeds) =>
  async (viewer: SessionWithUser, password: string): Promise<void> => {
    const { id } = viewer.user;
    const checkedHash = await confirmPassword(viewer, password);
    await transaction(async (write) => {
      // Written though it stays the same: who signs in at this moment came before, and is ended, or finds nothing.
      const isStillThere = await accounts.replacePasswordHash(write, id, checkedHash, checkedHash);
      if (!isStillThere)
        throw new Problem('wrong_password', 'The password was changed at the same time from elsewhere.');
      await sessions.endAll(write, id, { reason: 'revoked', now: clock() });
      await accounts.remove(write, id);
    });
  };
