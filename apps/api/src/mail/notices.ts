import type { EventKind } from '@latchkey/contract/activity';
import { type Page, pages } from '@latchkey/contract/pages';
import type { MessageDetails } from './message-kinds.ts';
import { factsOf, linkTo } from './message-texts.ts';
import type { MessageText, Sender } from './render-message.ts';

type Notice = {
  /** The name of the app follows. */
  readonly subject: string;
  readonly sentence: (username: string) => string;
  /** What the detail of the event is. */
  readonly about?: string;
  readonly action?: { readonly label: string; readonly page: Page };
  readonly note: string;
};

const review: Pick<Notice, 'action' | 'note'> = {
  action: { label: 'Review activity', page: pages.activity },
  note: 'If this wasn’t you, report it there and change your password.',
};

/** The events that the owner gets a message about. Changes of the password and the address have messages with an undo link. */
const notices = {
  signed_in: {
    subject: 'New sign-in to',
    sentence: (username) => `Someone signed in to your account ${username} from a new device.`,
    ...review,
    note: `${review.note} You can turn off these messages on your profile page.`,
  },
  refresh_reused: {
    subject: 'A device was signed out of',
    sentence: (username) =>
      `Someone used an old copy of a session of your account ${username}, so we ended that session.`,
    ...review,
  },
  token_issued: {
    subject: 'New API token at',
    sentence: (username) => `An API token was created for your account ${username}.`,
    about: 'Name',
    action: { label: 'Review API tokens', page: pages.tokens },
    note: 'If this wasn’t you, revoke the token there and change your password.',
  },
  token_issued_by_other: {
    subject: 'New API token at',
    sentence: (username) => `An administrator created an API token that acts as your account ${username}.`,
    about: 'Created by',
    action: { label: 'Review API tokens', page: pages.tokens },
    note: 'If you did not expect this, revoke the token there and contact an administrator.',
  },
  password_recovered: {
    subject: 'New password for',
    sentence: (username) =>
      `A link that we sent to this address set a new password for your account ${username}. Every device was signed out.`,
    action: { label: 'Set a new password', page: pages.forgotPassword },
    note: 'If this wasn’t you, someone else reads your e-mail: secure your mailbox first, then set a new password.',
  },
  password_reset: {
    subject: 'New password for',
    sentence: (username) =>
      `An administrator set a new password for your account ${username}. Every device was signed out.`,
    action: { label: 'Set a new password', page: pages.forgotPassword },
    note: 'If you did not ask for this, contact an administrator.',
  },
  account_closed_by_admin: {
    subject: 'Account closed at',
    sentence: (username) =>
      `An administrator closed your account ${username}. Every device was signed out, and the account will be deleted in seven days.`,
    note: 'If you did not expect this, contact an administrator.',
  },
  account_reopened: {
    subject: 'Account kept at',
    sentence: (username) => `Your account ${username} was closed and is open again. It will not be deleted.`,
    ...review,
  },
  data_exported: {
    subject: 'Data downloaded from',
    sentence: (username) => `Someone downloaded all data of your account ${username}, after entering the password.`,
    ...review,
  },
  identity_linked: {
    subject: 'New way to sign in to',
    sentence: (username) => `Your account ${username} can now be signed in to with another provider.`,
    about: 'Provider',
    action: { label: 'Review sign-in methods', page: pages.signInMethods },
    note: 'If this wasn’t you, disconnect it there and change your password.',
  },
  account_disabled: {
    subject: 'Account disabled at',
    sentence: (username) => `An administrator disabled your account ${username}. Every device was signed out.`,
    note: 'If you did not expect this, contact an administrator.',
  },
} satisfies { readonly [Kind in EventKind]?: Notice };

export type NoticeKind = keyof typeof notices;

export const noticeKinds = Object.keys(notices) as NoticeKind[];

export const hasNotice = (kind: EventKind): kind is NoticeKind => Object.hasOwn(notices, kind);

export const noticeText = (sender: Sender, detail: MessageDetails['notice']): MessageText => {
  const { subject, sentence, about, action, note }: Notice = notices[detail.event];
  return {
    subject: `${subject} ${sender.appName}`,
    paragraphs: [sentence(detail.username)],
    facts: [...factsOf(detail), ...(about && detail.about ? ([[about, detail.about]] as const) : [])],
    ...(action && { action: { label: action.label, url: linkTo(sender, action.page) } }),
    notes: [note],
  };
};
