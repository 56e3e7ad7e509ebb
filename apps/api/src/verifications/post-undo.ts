import type { ClientInfo } from '../client/client-info.ts';
import { deviceInWords } from '../client/device-name.ts';
import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { VerificationStore } from './verification-store.ts';

type Needs = { readonly verifications: VerificationStore; readonly outbox: Outbox; readonly clock: Clock };

/** The account as it was before the change. */
type Owner = {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly emailVerifiedAt: Date | null;
};

/** Tells the verified address of the account, as it was before the change, and gives it a link that undoes the change. */
export const postUndo =
  ({ verifications, outbox, clock }: Needs) =>
  async (
    write: Write,
    kind: 'email_change' | 'password_change' | 'account_closing',
    { id: userId, email, emailVerifiedAt, username }: Owner,
    { userAgent, address }: ClientInfo,
  ): Promise<void> => {
    if (email === null || emailVerifiedAt === null) return;
    const now = clock();
    const { id: verificationId } = await verifications.open(write, { kind: `undo_${kind}`, userId, email }, now);
    const detail = { at: now.toISOString(), device: deviceInWords(userAgent), address, verificationId, username };
    await outbox.post(write, { kind, detail, recipient: email });
  };

export type PostUndo = ReturnType<typeof postUndo>;
