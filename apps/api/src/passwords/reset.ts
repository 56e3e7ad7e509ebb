import type { AccountStore } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import { type Problem, problem } from '../problem.ts';
import { isUsable, type VerificationStore } from '../verifications/verification-store.ts';
import type { ReplaceLostPassword } from './replace-lost-password.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly replaceLostPassword: ReplaceLostPassword;
  readonly verifications: VerificationStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Reset = { readonly token: string; readonly newPassword: string };

const spent = (): Problem => problem('token_spent', { purpose: 'reset' });

/** Sets a new password with the token of the link, and ends every session, API token and pending change. Signs nobody in. */
export const resetPassword = (needs: Needs) => {
  const { accounts, hasher, replaceLostPassword, verifications, record, transaction, clock } = needs;
  return async ({ token, newPassword }: Reset, client: ClientInfo): Promise<void> => {
    const verification = await verifications.findByToken('reset_password', token);
    // Before the hash, which is expensive. The transaction checks again.
    if (!verification || !isUsable(verification, clock())) throw spent();
    const account = await accounts.findById(verification.userId);
    if (!account) throw spent();
    const hash = await hasher.hashNew('newPassword', newPassword, account, networkOf(client.address));
    await transaction(async (write) => {
      const { id: userId } = account;
      const locked = await accounts.lockEnabled(write, userId);
      if (!locked || !(await verifications.consume(write, verification.id, clock()))) throw spent();
      await replaceLostPassword(write, userId, hash);
      await record(write, { userId, kind: 'password_recovered', client });
    });
  };
};
