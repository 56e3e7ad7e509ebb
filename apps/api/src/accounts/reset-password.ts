import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountStore } from './account-store.ts';
import { generatePassword } from './generated-password.ts';
import { lockAccount, type NamedAccount } from './lock-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly passwords: PasswordStore;
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/**
 * Replaces a forgotten or stolen password on behalf of the operator, and ends every session, API token and pending change.
 * @returns the new password, which is stored nowhere, and how many sessions and API tokens ended
 */
export const resetPassword =
  ({ accounts, hasher, passwords, sessions, record, transaction, clock }: Needs) =>
  async (account: NamedAccount): Promise<{ password: string; ended: number }> => {
    const password = generatePassword();
    const hash = await hasher.hash(password, 'operator');
    const ended = await transaction(async (write) => {
      await lockAccount(accounts, write, account);
      const now = clock();
      await passwords.set(write, { userId: account.id, hash, updatedAt: now });
      // As after a reset by mail: a stranger may have begun the change.
      await accounts.setPendingEmail(write, account.id, null, now);
      const sessionsEnded = await sessions.endAll(write, account.id, 'password_changed');
      await record(write, { userId: account.id, kind: 'password_reset', actor: 'operator' });
      return sessionsEnded.length;
    });
    return { password, ended };
  };
