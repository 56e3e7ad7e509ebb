import type { AccountStore } from '../accounts/account-store.ts';
import type { Write } from '../database/database.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly verifications: VerificationStore;
  readonly outbox: Outbox;
};

/** Decides, when the message is delivered, whether a forgotten password has an account with a verified address. */
export const requestReset =
  ({ accounts, verifications, outbox }: Needs) =>
  async (write: Write, { login }: { readonly login: string }, now: Date): Promise<void> => {
    const found = await accounts.findByLogin(login);
    const account = found && (await accounts.lockEnabled(write, found.id));
    if (!account?.email || !account.emailVerifiedAt) return;
    const { id: userId, email, username } = account;
    const { id: verificationId } = await verifications.open(write, { kind: 'reset_password', userId, email }, now);
    await outbox.post(write, { kind: 'reset_password', detail: { verificationId, username }, recipient: email });
  };
