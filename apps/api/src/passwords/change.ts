import type { BodyOutput } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/passwords';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { CompleteSignIn } from '../sessions/complete-sign-in.ts';
import type { IssuedTokens, IssueTokens } from '../sessions/issue-tokens.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { PostUndo } from '../verifications/post-undo.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';
import type { ConfirmPassword } from './confirm.ts';
import type { RecheckPassword } from './recheck-password.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly confirmPassword: ConfirmPassword;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly postUndo: PostUndo;
  readonly verifications: VerificationStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly recheckSession: RecheckSession;
  readonly recheckPassword: RecheckPassword;
  readonly clock: Clock;
};

/**
 * Sets a new password, or the first one, and ends every other session and API token.
 * @param isRenewed also replaces this session, so that copies of its tokens stop working
 * @returns the tokens of the new session, if there is one
 */
export const changePassword =
  ({
    sessions,
    hasher,
    confirmPassword,
    completeSignIn,
    issueTokens,
    recheckSession,
    recheckPassword,
    postUndo,
    verifications,
    record,
    transaction,
    clock,
  }: Needs) =>
  async (
    principal: Principal,
    { currentPassword, newPassword }: BodyOutput<typeof contract.changePassword>,
    isRenewed: boolean,
  ): Promise<IssuedTokens | undefined> => {
    const { session, user, client } = principal;
    const checkedHash = await confirmPassword(principal, currentPassword, 'currentPassword');
    const newHash = await hasher.hashNew('newPassword', newPassword, user, networkOf(client.address));
    const renewed = await transaction(async (write) => {
      const account = await recheckSession(write, principal);
      // Of two concurrent changes, the second checked a password that has been replaced.
      await recheckPassword(write, user.id, checkedHash, newHash);
      await verifications.end(write, user.id, ['reset_password'], clock());
      await postUndo(write, 'password_change', account, client);
      await sessions.endAll(write, user.id, 'password_changed', isRenewed ? undefined : session.id);
      if (!isRenewed) {
        await record(write, { userId: user.id, kind: 'password_changed', sessionId: session.id, client });
        return undefined;
      }
      const methods = checkedHash === undefined ? session.methods : (['pwd'] as const);
      const opened = await completeSignIn(write, account, { methods, client, event: 'password_changed' });
      if (opened.status === 'incomplete') throw opened.problem;
      return opened;
    });
    return renewed && issueTokens(renewed.session, renewed.account, renewed.session.createdAt);
  };
