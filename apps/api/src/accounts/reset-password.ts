import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { ReplaceLostPassword } from '../passwords/replace-lost-password.ts';
import type { AccountStore } from './account-store.ts';
import { generatePassword } from './generated-password.ts';
import { lockAccount, type NamedAccount } from './lock-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly replaceLostPassword: ReplaceLostPassword;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/**
 * Replaces a forgotten or stolen password on behalf of the operator, and ends every session, API token and pending change.
 * @returns the new password, which is stored nowhere, and how many sessions and API tokens ended
 */
export const resetPassword =
  ({ accounts, hasher, replaceLostPassword, record, transaction }: Needs) =>
  async (account: NamedAccount): Promise<{ password: string; ended: number }> => {
    const password = generatePassword();
    const hash = await hasher.hash(password, 'operator');
    const ended = await transaction(async (write) => {
      await lockAccount(accounts, write, account);
      const sessionsEnded = await replaceLostPassword(write, account.id, hash);
      await record(write, { userId: account.id, kind: 'password_reset', actor: 'operator' });
      return sessionsEnded.length;
    });
    return { password, ended };
  };
