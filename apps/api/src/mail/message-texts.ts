import { type Page, pages } from '@latchkey/contract/pages';
import type { MessageDetails, Occurrence } from './message-kinds.ts';
import type { Facts, MessageText, Sender } from './render-message.ts';

/** A token travels in the fragment: no server, proxy or log sees it. */
export const linkTo = ({ publicUrl }: Sender, page: Page, token?: string): string =>
  `${publicUrl}${page}${token === undefined ? '' : `#token=${token}`}`;

const ifNotYou = 'If you did not ask for this, ignore this message: nothing changes.';

/** The operator has neither a device nor an address. */
export const factsOf = ({ at, device, address }: Occurrence): Facts => [
  ['When', `${at.slice(0, 16).replace('T', ' ')} UTC`],
  ...(address === null
    ? []
    : ([
        ['Device', device ?? 'Unknown'],
        ['Address', address],
      ] as const)),
];

/** The messages to an address that nobody has verified yet contain no word that a stranger chose. */
export const verifyEmailText = (sender: Sender, { token, code }: { token: string; code: string }): MessageText => ({
  subject: `Verify your e-mail address for ${sender.appName}`,
  paragraphs: [`Someone entered this e-mail address for an account at ${sender.appName}. If it was you, verify it.`],
  action: { label: 'Verify e-mail address', url: linkTo(sender, pages.verifyEmail, token) },
  code,
  notes: ['The link and the code are valid for 24 hours.', ifNotYou],
});

export const emailInUseText = (sender: Sender): MessageText => ({
  subject: `You already have an account at ${sender.appName}`,
  paragraphs: [
    `Someone entered this e-mail address for another account at ${sender.appName}, but you have verified it for your account before.`,
    'If it was you, sign in to that account, or set a new password for it.',
  ],
  action: { label: 'Sign in', url: linkTo(sender, pages.logIn) },
  notes: [ifNotYou],
});

export const resetPasswordText = (
  sender: Sender,
  { token, username }: { token: string; username: string },
): MessageText => ({
  subject: `Set a new password for ${sender.appName}`,
  paragraphs: [`Someone asked for a new password for your account ${username} at ${sender.appName}.`],
  action: { label: 'Set a new password', url: linkTo(sender, pages.resetPassword, token) },
  notes: ['The link is valid for one hour and works once.', ifNotYou],
});

export const emailChangeText = (
  sender: Sender,
  detail: MessageDetails['email_change'] & { readonly token: string },
): MessageText => ({
  subject: `Your e-mail address for ${sender.appName} was changed`,
  paragraphs: [`The e-mail address of your account ${detail.username} was changed. This address no longer signs in.`],
  facts: factsOf(detail),
  action: { label: 'This wasn’t me', url: linkTo(sender, pages.undo, detail.token) },
  notes: [
    'If it was you, there is nothing to do. Otherwise undo the change within seven days: it restores this address, signs out every device, and asks for a new password.',
  ],
});

export const passwordChangeText = (
  sender: Sender,
  detail: MessageDetails['password_change'] & { readonly token: string },
): MessageText => ({
  subject: `Your password for ${sender.appName} was changed`,
  paragraphs: [`The password of your account ${detail.username} was changed.`],
  facts: factsOf(detail),
  action: { label: 'This wasn’t me', url: linkTo(sender, pages.undo, detail.token) },
  notes: [
    'If it was you, there is nothing to do. Otherwise use the button within seven days: it signs out every device, ends the password, and asks for a new one.',
  ],
});

export const accountClosingText = (
  sender: Sender,
  detail: MessageDetails['account_closing'] & { readonly token: string },
): MessageText => ({
  subject: `Your account at ${sender.appName} was closed`,
  paragraphs: [
    `Your account ${detail.username} was closed, and every device was signed out. It will be deleted in seven days.`,
    'If you change your mind, sign in before then and keep it.',
  ],
  facts: factsOf(detail),
  action: { label: 'This wasn’t me', url: linkTo(sender, pages.undo, detail.token) },
  notes: [
    'If it was you, there is nothing to do. Otherwise use the button within seven days: it keeps the account, ends the password, and asks for a new one.',
  ],
});

export const testText = (sender: Sender): MessageText => ({
  subject: `Test message of ${sender.appName}`,
  paragraphs: [`${sender.appName} can send e-mail.`],
  notes: [],
});
