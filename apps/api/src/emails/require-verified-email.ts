import type { Account } from '../accounts/account-store.ts';
import type { Write } from '../database/database.ts';
import type { Outbox } from '../mail/outbox.ts';
import { type Problem, problem } from '../problem.ts';

type Needs = { readonly outbox: Outbox };

/** Lets nobody sign in without a verified address, and sends the message that leads there. */
export const requireVerifiedEmail =
  ({ outbox }: Needs) =>
  async (write: Write, { id, email, emailVerifiedAt }: Account): Promise<Problem | undefined> => {
    if (emailVerifiedAt) return undefined;
    if (email === null) return problem('email_not_verified', { hasAddress: false });
    await outbox.post(write, { kind: 'verification_requested', detail: { userId: id } });
    return problem('email_not_verified', { hasAddress: true });
  };
