import type { AccountStore } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/faults.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { IdentityStore } from '../identities/identity-store.ts';
import type { Outbox } from '../mail/outbox.ts';
import { type Problem, problem } from '../problem.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordStore;
  readonly identities: IdentityStore;
  readonly sessions: SessionStore;
  readonly verifications: VerificationStore;
  readonly outbox: Outbox;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

const spent = (): Problem => problem('token_spent', { purpose: 'undo' });

/**
 * Undoes a change that the notice told about. The account may be in other hands: everybody is signed out, the password and
 * every connected identity end, and the mailbox that got the notice gets a link to set a new one.
 */
export const undoChange = (needs: Needs) => {
  const { accounts, passwords, identities, sessions, verifications, outbox, record, transaction, clock } = needs;
  return async (token: string, client: ClientInfo): Promise<void> => {
    const verification =
      (await verifications.findByToken('undo_email_change', token)) ??
      (await verifications.findByToken('undo_password_change', token)) ??
      (await verifications.findByToken('undo_account_closing', token));
    if (!verification) throw spent();
    const { id, kind, userId, email } = verification;
    const undo = transaction(async (write) => {
      const now = clock();
      // The stranger who changed the account may have closed it afterwards.
      const account = (await accounts.reopen(write, userId, now)) ?? (await accounts.lockEnabled(write, userId));
      if (!account || !(await verifications.consume(write, id, now))) throw spent();
      if (kind === 'undo_email_change' && !(await accounts.verifyEmail(write, userId, email, now))) throw spent();
      await passwords.remove(write, userId);
      await identities.removeAll(write, userId);
      await sessions.endAll(write, userId, 'revoked');
      // What was begun later may be a stranger's: undo links of their own mailbox, too.
      await verifications.endSince(write, userId, verification.createdAt, now);
      const { id: verificationId } = await verifications.open(write, { kind: 'reset_password', userId, email }, now);
      const detail = { verificationId, username: account.username };
      await outbox.post(write, { kind: 'reset_password', detail, recipient: email });
      await record(write, { userId, kind: 'change_undone', client });
    });
    // Another account verified the address meanwhile.
    await undo.catch((error) => {
      throw isUniqueViolation(error) ? spent() : error;
    });
  };
};
