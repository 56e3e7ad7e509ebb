import type { Event, EventKind } from '@latchkey/contract/activity';

type Description = {
  readonly text: (event: Event) => string;
  readonly note?: string;
  /** It may have been an attacker. */
  readonly isUnusual?: true;
  /** Done by an administrator or on the command line, not from a session of this account. */
  readonly isByAdministrator?: true;
  /** What the user can do if it wasn't them. */
  readonly action?: 'report' | 'change_password';
};

const inParentheses = (text: string | null): string => (text ? ` (${text})` : '');

const descriptions: Record<EventKind, Description> = {
  registered: { text: () => 'You created this account' },
  signed_in: { text: () => 'You signed in', action: 'report' },
  // Nobody got in, so there is no session to end; an attacker's guess must not cost users their API tokens.
  sign_in_failed: {
    text: () => 'Failed sign-in attempt: wrong password',
    note: 'Nobody was signed in.',
    isUnusual: true,
    action: 'change_password',
  },
  signed_out: { text: () => 'You signed out', action: 'report' },
  session_moved: {
    text: ({ detail, shared }) =>
      `${shared ? 'This session' : 'A session'} continued in a different browser${detail ? ` (before: ${detail})` : ''}`,
    isUnusual: true,
    action: 'report',
  },
  refresh_reused: {
    text: () => 'A session was ended to protect you: its token was used twice',
    isUnusual: true,
    action: 'report',
  },
  session_ended: {
    text: ({ detail }) => `You signed out another device${inParentheses(detail)}`,
    action: 'report',
  },
  other_sessions_ended: { text: () => 'You signed out all other devices', action: 'report' },
  too_many_sessions: {
    text: ({ detail }) => `Your least recently used session was ended${inParentheses(detail)}: the limit is 100`,
    note: 'If you don’t know why, change your password.',
    action: 'report',
  },
  password_changed: { text: () => 'You changed your password', action: 'report' },
  password_reset: {
    text: () => 'Your password was reset, and all your sessions were ended',
    note: 'Choose a new password if you haven’t yet.',
    isByAdministrator: true,
  },
  password_not_confirmed: {
    text: ({ current }) => (current ? 'You entered a wrong password' : 'Wrong password entered at confirmation'),
    isUnusual: true,
    action: 'report',
  },
  email_changed: { text: () => 'You changed your e-mail address', action: 'report' },
  email_change_requested: { text: () => 'You asked to change your e-mail address', action: 'report' },
  email_verified: { text: () => 'You verified your e-mail address', action: 'report' },
  change_undone: {
    text: () => 'A change was undone with the link in a message; every device was signed out',
    action: 'report',
  },
  password_recovered: { text: () => 'You set a new password with the link in a message', action: 'report' },
  token_issued: { text: ({ detail }) => `API token “${detail}” was created`, action: 'report' },
  token_issued_for_other: { text: ({ detail }) => `You created an API token for ${detail}`, action: 'report' },
  token_issued_by_other: {
    text: ({ detail }) => `${detail} created an API token that acts as you`,
    isByAdministrator: true,
  },
  token_revoked: { text: ({ detail }) => `API token “${detail}” was revoked`, action: 'report' },
  data_exported: { text: () => 'You downloaded your data', action: 'report' },
  role_changed: { text: ({ detail }) => `Your role was changed to ${detail}`, isByAdministrator: true },
  account_disabled: { text: () => 'Your account was disabled', isByAdministrator: true },
  account_enabled: { text: () => 'Your account was enabled again', isByAdministrator: true },
  app_authorized: { text: ({ detail }) => `You signed in to ${detail}`, action: 'report' },
  app_disconnected: { text: ({ detail }) => `You disconnected ${detail}`, action: 'report' },
  identity_linked: { text: ({ detail }) => `You connected ${detail} as a way to sign in`, action: 'report' },
  identity_unlinked: { text: ({ detail }) => `You disconnected ${detail}`, action: 'report' },
  account_closed: { text: () => 'You closed your account', action: 'report' },
  account_closed_by_admin: { text: () => 'Your account was closed', isByAdministrator: true },
  account_reopened: { text: () => 'You kept your account, which was closed', action: 'report' },
  disowned: { text: () => 'You reported an event you didn’t recognize; all other sessions were ended' },
};

/** A newer API may record kinds of events that this app does not know. */
const unknownKind: Description = {
  text: () => 'Your account was used or changed',
  note: 'Reload the page for details.',
};
const byKind: Readonly<Record<string, Description | undefined>> = descriptions;

export type EventDescription = {
  readonly text: string;
  readonly note: string | undefined;
  readonly isUnusual: boolean;
  readonly isByAdministrator: boolean;
  readonly isThisDevice: boolean;
  readonly action: Description['action'];
};

/** How an event reads to its account's user, and what they can do about it. */
export const describeEvent = (event: Event): EventDescription => {
  const { text, note, isUnusual = false, isByAdministrator = false, action } = byKind[event.kind] ?? unknownKind;
  const isThisDevice = event.current;
  return {
    text: text(event),
    note,
    isUnusual: isUnusual && !isThisDevice,
    isByAdministrator,
    isThisDevice,
    action: isThisDevice ? undefined : action,
  };
};
