import type { User } from '@latchkey/contract/user';
import type { RecordEvent } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Budgets } from '../http/budgets.ts';
import type { Actor } from '../http/find-viewer.ts';
import { Problem } from '../http/problem.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountChanges, AccountStore } from './account-store.ts';
import { toUser } from './to-user.ts';

type UpdateNeeds = {
  readonly accounts: AccountStore;
  readonly budgets: Budgets;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

export const updateProfile =
  ({ accounts, budgets, record, transaction, clock }: UpdateNeeds) =>
  ({ session, user, device }: Actor, changes: AccountChanges): Promise<User> =>
    transaction(async (write) => {
      const before = await accounts.hold(write, user.id);
      const updated = before && (await accounts.update(write, user.id, changes, clock()));
      if (!updated) throw new Problem('token_revoked', 'This account was deleted.');
      if (updated.email !== before.email) {
        await budgets.spend(write, [['changes of address', user.id]]);
        await record(write, { userId: user.id, kind: 'email_changed', sessionId: session.id, device });
      }
      return toUser(updated);
    });

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
  async (actor: Actor, password: string): Promise<void> => {
    const { id } = actor.user;
    const checkedHash = await confirmPassword(actor, password);
    await transaction(async (write) => {
      if (await accounts.isLastAdmin(write, id)) {
        throw new Problem('last_admin', 'You are the only admin. Somebody else has to become one first.');
      }
      // Written though it stays the same: who signs in at this moment came before, and is ended, or finds nothing.
      const isStillThere = await accounts.replacePasswordHash(write, id, checkedHash, checkedHash);
      if (!isStillThere)
        throw new Problem('wrong_password', 'The password was changed at the same time from elsewhere.');
      await sessions.endAll(write, id, { reason: 'revoked', now: clock() });
      await accounts.remove(write, id);
    });
  };
