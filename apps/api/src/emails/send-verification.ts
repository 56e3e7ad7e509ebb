import type { Database } from '../database/database.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

type Needs = {
  readonly outbox: Outbox;
  readonly recheckSession: RecheckSession;
  readonly guessLimits: GuessLimits;
  readonly transaction: Database['transaction'];
};

/** Sends the verification message again, with a new link and code. */
export const sendVerification =
  ({ outbox, recheckSession, guessLimits, transaction }: Needs) =>
  async (principal: Principal): Promise<void> => {
    outbox.requireMail();
    const { id: userId } = principal.user;
    await transaction(async (write) => {
      await recheckSession(write, principal);
      await guessLimits.consume(write, [['verifications:account', userId]]);
      await outbox.post(write, { kind: 'verification_requested', detail: { userId } });
    });
  };
