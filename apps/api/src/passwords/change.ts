import type { AccountStore } from '../accounts/account-store.ts';
import type { RecordEvent } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Actor } from '../http/find-viewer.ts';
import { Problem } from '../http/problem.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { ConfirmPassword } from './confirm.ts';
import type { PasswordHasher } from './password-hasher.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly passwords: PasswordHasher;
  readonly confirmPassword: ConfirmPassword;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Sets a new password and ends every other session: whoever knew the old one is out. */
export const changePassword =
  ({ accounts, sessions, passwords, confirmPassword, record, transaction, clock }: Needs) =>
  async (actor: Actor, current: string, next: string): Promise<void> => {
    const { session, user, device } = actor;
    const checkedHash = await confirmPassword(actor, current);
    const newHash = await passwords.hashNew('newPassword', next, user);
    await transaction(async (write) => {
      // Of two changes at once, the second checked a password that is no longer there.
      const replaced = await accounts.replacePasswordHash(write, user.id, checkedHash, newHash);
      if (!replaced) throw new Problem('wrong_password', 'The password was changed at the same time from elsewhere.');
      await sessions.endAll(write, user.id, { reason: 'password_changed', now: clock() }, session.id);
      await record(write, { userId: user.id, kind: 'password_changed', sessionId: session.id, device });
    });
  };
