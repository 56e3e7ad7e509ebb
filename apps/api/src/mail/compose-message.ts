import type { KindWithDetail } from './message-kinds.ts';
import {
  accountClosingText,
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
  /** Finds the token and the code of a verification, as long as it is live. */
  readonly findLinkSecrets: (verificationId: string) => Promise<{ token: string; code: string } | undefined>;
  readonly sender: Sender;
};

/** Returns the message to send; undefined when its link is spent, expired or replaced by a newer one. */
export const composeMessage = ({ findLinkSecrets, sender }: Needs) => {
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
    const secrets = await findLinkSecrets(detail.verificationId);
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
      case 'account_closing':
        return accountClosingText(sender, { ...detail, ...secrets });
    }
  };

  return async (message: KindWithDetail): Promise<RenderedMessage | undefined> => {
    const text = await textOf(message);
    return text && renderMessage(text, sender);
  };
};
