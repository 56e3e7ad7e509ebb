import type { Clock } from '../clock.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';
import type { VerificationTokens } from '../verifications/verification-tokens.ts';
import type { KindWithDetail } from './message-kinds.ts';
import {
  emailChangeText,
  emailInUseText,
  passwordChangeText,
  resetPasswordText,
  testText,
  verifyEmailText,
} from './message-texts.ts';
import { noticeText } from './notices.ts';
import { type MessageText, renderMessage, type Sender } from './render-message.ts';
import type { RenderedMessage } from './smtp-transport.ts';

type Needs = {
  readonly verifications: VerificationStore;
  readonly verificationTokens: VerificationTokens;
  readonly sender: Sender;
  readonly clock: Clock;
};

/** Returns the message to send; undefined when its link is spent, expired or replaced by a newer one. */
export const composeMessage = ({ verifications, verificationTokens, sender, clock }: Needs) => {
  const secretsOf = async (verificationId: string) => {
    const verification = await verifications.findById(verificationId);
    const isLive = verification && verification.spentAt === null && verification.expiresAt > clock();
    return isLive ? verificationTokens.find(verification) : undefined;
  };

  const textOf = async ({ kind, detail }: KindWithDetail): Promise<MessageText | undefined> => {
    switch (kind) {
      case 'email_in_use':
        return emailInUseText(sender);
      case 'notice':
        return noticeText(sender, detail);
      case 'test':
        return testText(sender);
      case 'verification_requested':
      case 'reset_requested':
      case 'notice_requested':
        return undefined;
    }
    const secrets = await secretsOf(detail.verificationId);
    if (!secrets) return undefined;
    switch (kind) {
      case 'verify_email':
        return verifyEmailText(sender, secrets);
      case 'reset_password':
        return resetPasswordText(sender, { ...detail, ...secrets });
      case 'email_change':
        return emailChangeText(sender, { ...detail, ...secrets });
      case 'password_change':
        return passwordChangeText(sender, { ...detail, ...secrets });
    }
  };

  return async (message: KindWithDetail): Promise<RenderedMessage | undefined> => {
    const text = await textOf(message);
    return text && renderMessage(text, sender);
  };
};
