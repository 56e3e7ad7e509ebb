import type { Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { RecheckPassword } from '../passwords/recheck-password.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { PostUndo } from '../verifications/post-undo.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';
import type { AccountStore } from './account-store.ts';
import { lockUnlessLastAdmin, type NamedAccount } from './lock-account.ts';

type CloseNeeds = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly verifications: VerificationStore;
  readonly clock: Clock;
};

/** Ends everything that the account has begun. Its name and address stay taken. The caller holds the account's lock. */
const close = async (
  write: Write,
  id: string,
  { accounts, sessions, verifications, clock }: CloseNeeds,
): Promise<void> => {
  const now = clock();
  await sessions.endAll(write, id, 'revoked');
  await verifications.end(write, id, ['verify_email', 'reset_password'], now);
  await accounts.setPendingEmail(write, id, null, now);
  await accounts.close(write, id, now);
};

type Needs = CloseNeeds & {
  readonly confirmPassword: ConfirmPassword;
  readonly recheckSession: RecheckSession;
  readonly recheckPassword: RecheckPassword;
  readonly postUndo: PostUndo;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Closes the account for its owner, and tells the verified address how to keep it. `purgeExpired` removes it after seven days. */
export const closeAccount =
  ({ confirmPassword, recheckSession, recheckPassword, postUndo, record, transaction, ...needs }: Needs) =>
  async (principal: Principal, password: string | undefined): Promise<void> => {
    const { user, session, client } = principal;
    const checkedHash = await confirmPassword(principal, password);
    await transaction(async (write) => {
      // Before the account is locked, because all admins are locked in one order.
      const isLastAdmin = await needs.accounts.isLastAdmin(write, user.id);
      const account = await recheckSession(write, principal);
      if (isLastAdmin) throw problem('last_admin');
      await recheckPassword(write, user.id, checkedHash);
      await close(write, user.id, needs);
      await postUndo(write, 'account_closing', account, client);
      await record(write, { userId: user.id, kind: 'account_closed', sessionId: session.id, client });
    });
  };

/** Closes an account on behalf of the operator. `pnpm users enable` opens it again. */
export const closeAccountForOperator =
  ({ record, transaction, ...needs }: CloseNeeds & Pick<Needs, 'record' | 'transaction'>) =>
  (account: NamedAccount): Promise<void> =>
    transaction(async (write) => {
      await lockUnlessLastAdmin(needs.accounts, write, account);
      await close(write, account.id, needs);
      await record(write, { userId: account.id, kind: 'account_closed_by_admin', actor: 'operator' });
    });
