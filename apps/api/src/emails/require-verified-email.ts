import type { Account } from '../accounts/account-store.ts';
import type { Write } from '../database/database.ts';
import type { Outbox } from '../mail/outbox.ts';
import { Problem } from '../problem.ts';

type Needs = { readonly outbox: Outbox };

/** Lets nobody sign in without a verified address, and sends the message that leads there. */
export const requireVerifiedEmail =
  ({ outbox }: Needs) =>
  async (write: Write, { id, email, emailVerifiedAt }: Account): Promise<Problem | undefined> => {
    if (emailVerifiedAt) return undefined;
    if (email === null) {
      return new Problem('email_not_verified', 'This account has no e-mail address. Contact an administrator.');
    }
    await outbox.post(write, { kind: 'verification_requested', detail: { userId: id } });
    return new Problem('email_not_verified', 'Verify your e-mail address first. We sent you a message.');
  };
