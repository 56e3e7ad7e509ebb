import type { AccountStore } from '../accounts/account-store.ts';
import type { Write } from '../database/database.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';
import { addressToVerify } from './verify-email.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly verifications: VerificationStore;
  readonly outbox: Outbox;
};

/**
 * Decides, when the message is delivered, what a requested verification sends: a link and a code; or, to an address that
 * another account has verified, that its owner has an account already.
 */
export const requestVerification =
  ({ accounts, verifications, outbox }: Needs) =>
  async (write: Write, { userId }: { readonly userId: string }, now: Date): Promise<void> => {
    const account = await accounts.lockEnabled(write, userId);
    const email = account && addressToVerify(account);
    if (!email || (account.emailVerifiedAt && account.pendingEmail === null)) return;
    const owner = await accounts.findByVerifiedEmail(email);
    if (owner && owner.id !== userId) {
      await outbox.post(write, { kind: 'email_in_use', detail: {}, recipient: email });
      return;
    }
    const { id: verificationId } = await verifications.open(write, { kind: 'verify_email', userId, email }, now);
    await outbox.post(write, { kind: 'verify_email', detail: { verificationId }, recipient: email });
  };
