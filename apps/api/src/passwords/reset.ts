import type { AccountStore } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { Problem } from '../problem.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
  readonly sessions: SessionStore;
  readonly verifications: VerificationStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Reset = { readonly token: string; readonly newPassword: string };

const spent = (): Problem =>
  new Problem('token_spent', 'This link has expired or was already used. Ask for a new one.');

/** Sets a new password with the token of the link, and ends every session, API token and pending change. Signs nobody in. */
export const resetPassword = (needs: Needs) => {
  const { accounts, passwords, hasher, sessions, verifications, record, transaction, clock } = needs;
  return async ({ token, newPassword }: Reset, client: ClientInfo): Promise<void> => {
    const verification = await verifications.findByToken('reset_password', token);
    const account = verification && (await accounts.findById(verification.userId));
    // Before the hash, which is expensive. The transaction checks again.
    if (!account || verification.spentAt !== null || verification.expiresAt <= clock()) throw spent();
    const hash = await hasher.hashNew('newPassword', newPassword, account, networkOf(client.address));
    await transaction(async (write) => {
      const now = clock();
      const { id: userId } = account;
      const locked = await accounts.lockEnabled(write, userId);
      if (!locked || !(await verifications.consume(write, verification.id, now))) throw spent();
      await passwords.set(write, { userId, hash, updatedAt: now });
      await sessions.endAll(write, userId, 'password_changed');
      await accounts.setPendingEmail(write, userId, null, now);
      await record(write, { userId, kind: 'password_recovered', client });
    });
  };
};
