import { fieldErrorAt } from '@latchkey/contract/field-errors';
import type { User } from '@latchkey/contract/user';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { RecheckPassword } from '../passwords/recheck-password.ts';
import { invalidRequest, Problem, problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountChanges, AccountStore } from './account-store.ts';
import { toUser } from './to-user.ts';

/** Returns the principal's user with the columns that authentication does not read, such as metadata. */
export const showUser =
  ({ accounts }: { readonly accounts: AccountStore }) =>
  async ({ user }: Pick<Principal, 'user'>): Promise<User> => {
    const account = await accounts.findById(user.id);
    if (!account) throw new Problem('token_revoked', 'The account of this access token was deleted.');
    return toUser(account);
  };

export type ShowUser = ReturnType<typeof showUser>;

type UpdateNeeds = {
  readonly accounts: AccountStore;
  readonly recheckSession: RecheckSession;
  readonly guessLimits: GuessLimits;
  readonly record: RecordEvent;
  readonly outbox: Outbox;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** A stolen session must not take over the mailbox of the account. */
const verifiedEmail = (): Problem => invalidRequest([fieldErrorAt(['email'], { code: 'not_allowed', allowed: [] })]);

export const updateProfile =
  ({ accounts, recheckSession, guessLimits, record, outbox, transaction, clock }: UpdateNeeds) =>
  (principal: Principal, changes: AccountChanges): Promise<User> =>
    transaction(async (write) => {
      const { session, user, client } = principal;
      const before = await recheckSession(write, principal);
      const { email } = changes;
      const isMoved = email !== undefined && before.emailFolded !== (email && fold(email));
      if (isMoved && before.emailVerifiedAt) throw verifiedEmail();
      const updated = (await accounts.update(write, user.id, changes, clock())) ?? before;
      if (updated.email !== before.email) {
        await guessLimits.consume(write, [['email-changes:account', user.id]]);
        await record(write, { userId: user.id, kind: 'email_changed', sessionId: session.id, client });
        if (updated.email) await outbox.post(write, { kind: 'verification_requested', detail: { userId: user.id } });
      }
      return toUser(updated);
    });

type DeleteNeeds = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly confirmPassword: ConfirmPassword;
  readonly recheckSession: RecheckSession;
  readonly recheckPassword: RecheckPassword;
  readonly transaction: Database['transaction'];
};

/** Deletes the account permanently, with its sessions and API tokens, and revokes their access tokens. */
export const deleteAccount =
  ({ accounts, sessions, confirmPassword, recheckSession, recheckPassword, transaction }: DeleteNeeds) =>
  async (principal: Principal, password: string): Promise<void> => {
    const { id } = principal.user;
    const checkedHash = await confirmPassword(principal, password);
    await transaction(async (write) => {
      // Before the account is locked, because all admins are locked in one order.
      const isLastAdmin = await accounts.isLastAdmin(write, id);
      await recheckSession(write, principal);
      if (isLastAdmin) throw problem('last_admin');
      await recheckPassword(write, id, checkedHash);
      await sessions.endAll(write, id, 'revoked');
      await accounts.remove(write, id);
    });
  };
