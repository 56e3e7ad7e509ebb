/** Why the password policy refuses a password. */
export type WeakPassword =
  | { readonly reason: 'name'; readonly whose: keyof typeof owners }
  | { readonly reason: keyof typeof faults };

const owners = {
  username: 'your user name',
  email: 'your e-mail address',
  displayName: 'your name',
  service: 'the name of this service',
} as const;

const advice = 'Choose several words that do not belong together.';
const hardlyMoreThan = (what: string): string => `This password is hardly more than ${what}. ${advice}`;

const faults = {
  common: 'This password is among those that attackers try first. Choose a less common one.',
  near_common: hardlyMoreThan('one that attackers try first'),
  word: hardlyMoreThan('a common word'),
  keys: hardlyMoreThan('a row of keys on the keyboard'),
  sequence: hardlyMoreThan('a run such as abc or 123'),
  repetition: `This password repeats the same characters. ${advice}`,
  date: hardlyMoreThan('a date'),
  year: hardlyMoreThan('a year'),
  guessable: `This password would be guessed too soon. ${advice}`,
} as const;

/** Tells the user why a password is refused, and what to do. */
export const weakPasswordText = (weak: WeakPassword): string =>
  weak.reason === 'name'
    ? `This password is too much like ${owners[weak.whose]}. Choose one that has nothing to do with it.`
    : faults[weak.reason];
