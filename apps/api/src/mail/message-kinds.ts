import type { NoticeKind } from './notices.ts';

/** What happened, as a notice tells it: the time in RFC 3339, the device and the address that it came from. */
export type Occurrence = {
  readonly at: string;
  readonly device: string | null;
  readonly address: string | null;
};

/**
 * What a message needs besides its recipient, by kind. Requests have no recipient yet: the delivery decides, after the answer
 * was sent, whether there is anything to send and to whom. So the answer cannot depend on it.
 */
export type MessageDetails = {
  verification_requested: { readonly userId: string };
  reset_requested: { readonly login: string };
  /** An event of the account; for a sign-in, the session in which the same browser signed in before. */
  notice_requested: { readonly userId: string; readonly number: number; readonly previousSessionId: string | null };
  verify_email: { readonly verificationId: string };
  /** The recipient has verified the address for another account. */
  email_in_use: Readonly<Record<string, never>>;
  reset_password: { readonly verificationId: string; readonly username: string };
  email_change: Occurrence & { readonly verificationId: string; readonly username: string };
  password_change: Occurrence & { readonly verificationId: string; readonly username: string };
  account_closing: Occurrence & { readonly verificationId: string; readonly username: string };
  notice: Occurrence & { readonly event: NoticeKind; readonly username: string; readonly about: string | null };
  test: Readonly<Record<string, never>>;
};

/** A kind with the detail that belongs to it. */
export type KindWithDetail = {
  [Kind in keyof MessageDetails]: { readonly kind: Kind; readonly detail: MessageDetails[Kind] };
}[keyof MessageDetails];
