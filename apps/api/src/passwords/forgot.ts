import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Database } from '../database/database.ts';
import { fold } from '../fold.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import type { Outbox } from '../mail/outbox.ts';

type Needs = {
  readonly outbox: Outbox;
  readonly guessLimits: GuessLimits;
  readonly transaction: Database['transaction'];
};

/**
 * Asks for a link to set a new password. Nothing here looks for the account: the delivery does, after the answer. So the
 * answer, its time and its statements are the same for every name.
 */
export const forgotPassword =
  ({ outbox, guessLimits, transaction }: Needs) =>
  async (login: string, client: ClientInfo): Promise<void> => {
    outbox.requireMail();
    await transaction(async (write) => {
      await guessLimits.consume(write, [
        ['password-resets:ip', networkOf(client.address)],
        ['password-resets:login', fold(login)],
      ]);
      await outbox.post(write, { kind: 'reset_requested', detail: { login } });
    });
  };
