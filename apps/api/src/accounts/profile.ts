import { fieldErrorAt } from '@latchkey/contract/field-errors';
import type { User } from '@latchkey/contract/user';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import type { Outbox } from '../mail/outbox.ts';
import { invalidRequest, Problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
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
