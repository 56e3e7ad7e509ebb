import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { RecheckPassword } from '../passwords/recheck-password.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly outbox: Outbox;
  readonly confirmPassword: ConfirmPassword;
  readonly recheckSession: RecheckSession;
  readonly recheckPassword: RecheckPassword;
  readonly guessLimits: GuessLimits;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Change = { readonly email: string; readonly password?: string | undefined };

/**
 * Asks for another e-mail address, after the password. A verified address keeps signing in and resetting the password until
 * the new one is verified.
 */
export const changeEmail = (needs: Needs) => {
  const { accounts, outbox, confirmPassword, recheckSession, recheckPassword } = needs;
  const { guessLimits, record, transaction, clock } = needs;
  return async (principal: Principal, { email, password }: Change): Promise<void> => {
    outbox.requireMail();
    const { user, session, client } = principal;
    const checkedHash = await confirmPassword(principal, password);
    await transaction(async (write) => {
      const account = await recheckSession(write, principal);
      await recheckPassword(write, user.id, checkedHash);
      await guessLimits.consume(write, [['email-changes:account', user.id]]);
      const isSame = account.emailVerifiedAt !== null && account.emailFolded === fold(email);
      if (account.emailVerifiedAt) await accounts.setPendingEmail(write, user.id, isSame ? null : email, clock());
      else await accounts.update(write, user.id, { email }, clock());
      if (isSame) return;
      await record(write, { userId: user.id, kind: 'email_change_requested', sessionId: session.id, client });
      await outbox.post(write, { kind: 'verification_requested', detail: { userId: user.id } });
    });
  };
};
