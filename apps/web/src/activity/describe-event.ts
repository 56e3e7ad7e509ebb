import type { Event, EventKind } from '@latchkey/contract/activity';

type Kind = {
  readonly words: (event: Event) => string;
  readonly note?: string;
  /** Worth a second look, in case it was somebody else. */
  readonly isAlarming?: true;
  /** Done by whoever runs the service, and not by anybody who was signed in. */
  readonly isOperators?: true;
  /** What to offer a person who says that it was not them; nothing where that would mean nothing. */
  readonly remedy?: 'disown' | 'new password';
};

const kinds: Record<EventKind, Kind> = {
  registered: { words: () => 'You made this account' },
  signed_in: { words: () => 'You signed in', remedy: 'disown' },
  // Whoever failed is not in: there is nobody to sign out, and no stranger's guess should cost a person their tokens.
  sign_in_failed: {
    words: () => 'Somebody tried to sign in with a wrong password',
    note: 'They did not get in.',
    isAlarming: true,
    remedy: 'new password',
  },
  signed_out: { words: () => 'You signed out', remedy: 'disown' },
  session_moved: {
    words: ({ detail, shared }) =>
      `${shared ? 'This sign-in' : 'A sign-in'} went on in another browser than before${detail ? ` (it was ${detail})` : ''}`,
    isAlarming: true,
    remedy: 'disown',
  },
  refresh_reused: {
    words: () => 'A sign-in was ended to protect you: its token was used twice',
    isAlarming: true,
    remedy: 'disown',
  },
  session_ended: {
    words: ({ detail }) => `You signed out another device${detail ? ` (${detail})` : ''}`,
    remedy: 'disown',
  },
  other_sessions_ended: { words: () => 'You signed out all your other devices', remedy: 'disown' },
  too_many_sessions: {
    words: ({ detail }) =>
      `A device was signed out${detail ? ` (${detail})` : ''}: you can be signed in 100 times, and it was unused for longest`,
    note: 'If you do not know why, change your password.',
    remedy: 'disown',
  },
  password_changed: { words: () => 'You changed your password', remedy: 'disown' },
  password_not_confirmed: {
    words: ({ current }) =>
      `${current ? 'You' : 'Somebody who was signed in as you'} gave a wrong password when asked for it again`,
    isAlarming: true,
    remedy: 'disown',
  },
  email_changed: { words: () => 'You changed your e-mail address', remedy: 'disown' },
  token_issued: { words: ({ detail }) => `The token “${detail}” was made`, remedy: 'disown' },
  token_issued_for_other: { words: ({ detail }) => `You made a token for ${detail}`, remedy: 'disown' },
  token_issued_by_other: { words: ({ detail }) => `${detail} made a token that stands for you`, isOperators: true },
  token_revoked: { words: ({ detail }) => `The token “${detail}” was revoked`, remedy: 'disown' },
  role_changed: { words: ({ detail }) => `Your role is ${detail} now`, isOperators: true },
  account_disabled: { words: () => 'Your account was disabled', isOperators: true },
  account_enabled: { words: () => 'Your account was enabled again', isOperators: true },
  disowned: { words: () => 'You said that something was not you, and everybody else was signed out' },
};

export type EventText = {
  readonly words: string;
  readonly note: string | undefined;
  readonly isAlarming: boolean;
  readonly isOperators: boolean;
  readonly isThisDevice: boolean;
  readonly remedy: Kind['remedy'];
};

/** What an event says to its owner, and what they can do about it. */
export const broadcast = (event: Event): EventText => {
  const { words, note, isAlarming = false, isOperators = false, remedy } = kinds[event.kind];
  const isThisDevice = event.current;
  return {
    words: words(event),
    note,
    isAlarming: isAlarming && !isThisDevice,
    isOperators,
    isThisDevice,
    remedy: isThisDevice ? undefined : remedy,
  };
};
