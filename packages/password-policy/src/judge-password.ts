import { commonPasswords, countGuesses, type Piece } from './count-guesses.ts';
import { foldCase } from './fold-case.ts';

/** The owner of the password, which must not resemble these names. */
export type PasswordOwner = {
  readonly username: string;
  readonly email?: string | null | undefined;
  readonly displayName?: string | null | undefined;
};

export type PasswordVerdict =
  /** `fault` tells the user why the password is refused and what to do. */
  | { readonly strength: 'weak'; readonly fault: string }
  | { readonly strength: 'fair' | 'good' | 'strong'; readonly fault?: undefined };

/**
 * Passwords within this number of guesses are refused: an online attacker needs 27 years at a hundred guesses per day. An attacker
 * with the hashes needs minutes, even with bcrypt; but resisting that takes about 10¹⁴ guesses, too much to require of every user.
 * Florêncio, Herley, van Oorschot: An Administrator's Guide to Internet Password Research (LISA 2014).
 */
const guessesOnline = 1e6;

/** The guesses for eight and ten characters without a pattern. */
const [fairUpTo, goodUpTo] = [1e8, 1e10];

/** A name, its parts, and each of them reversed. */
const wordsOf = (name: string): string[] =>
  [name, ...name.split(/[^\p{L}\p{N}]+/u)]
    .filter((word) => word.length >= 3)
    .flatMap((word) => [word, [...word].reverse().join('')]);

const namesOf = ({ username, email, displayName }: PasswordOwner) =>
  [
    { whose: 'your user name', name: username },
    ...[email ?? '', ...(email?.split('@') ?? [])].map((name) => ({ whose: 'your e-mail address', name })),
    { whose: 'your name', name: displayName ?? '' },
    { whose: 'the name of this service', name: 'Latchkey' },
  ]
    .map(({ whose, name }) => ({ whose, name: foldCase(name).trim() }))
    .map(({ whose, name }) => ({ whose, name, words: wordsOf(name) }));

type Name = ReturnType<typeof namesOf>[number];

/** A password that contains a name needs at least this many other characters. */
const minOwnCharacters = 4;

const isHardlyMoreThan = (name: string, text: string): boolean =>
  name.length >= 3 && text.includes(name) && text.length - name.length < minOwnCharacters;

const tooMuchLike = ({ whose }: Name): string =>
  `This password is too much like ${whose}. Choose one that has nothing to do with it.`;

const advice = 'Choose several words that do not belong together.';
const common = 'This password is among those that attackers try first. Choose a less common one.';
const repeats = `This password repeats the same characters. ${advice}`;
const hardlyMoreThan = (what: string): string => `This password is hardly more than ${what}. ${advice}`;

const faults: Readonly<Record<string, string>> = {
  passwords: hardlyMoreThan('one that attackers try first'),
  diceware: hardlyMoreThan('a common word'),
  spatial: hardlyMoreThan('a row of keys on the keyboard'),
  sequence: hardlyMoreThan('a run such as abc or 123'),
  repeat: repeats,
  date: hardlyMoreThan('a date'),
  regex: hardlyMoreThan('a year'),
};

const faultOf = (text: string, pieces: Piece[], names: readonly Name[]): string => {
  // Report the longest pattern.
  const [telling] = pieces
    .filter(({ kind }) => kind !== 'bruteforce')
    .toSorted((one, other) => other.token.length - one.token.length);
  const name = names.find(({ words }) => words.includes(telling?.word ?? ''));
  if (name) return tooMuchLike(name);
  if ((telling?.kind === 'passwords' && pieces.length === 1) || commonPasswords.includes(text)) return common;
  return faults[telling?.kind ?? ''] ?? `This password would be guessed too soon. ${advice}`;
};

const weak = (fault: string): PasswordVerdict => ({ strength: 'weak', fault });

/**
 * Judges a new password. `newPassword` checks the length; there are no composition rules (NIST SP 800-63B-4 §3.1.1.2). This module
 * contains 0.5 MB of word lists: import it lazily.
 */
export const judgePassword = (password: string, owner: PasswordOwner): PasswordVerdict => {
  const text = foldCase(password);
  const names = namesOf(owner);
  const same = names.find(({ name }) => isHardlyMoreThan(name, text));
  if (same) return weak(tooMuchLike(same));
  if (new Set(text).size < 3) return weak(repeats);
  const { guesses, pieces } = countGuesses(
    text,
    names.flatMap(({ words }) => words),
  );
  if (guesses <= guessesOnline) return weak(faultOf(text, pieces, names));
  if (guesses <= fairUpTo) return { strength: 'fair' };
  return { strength: guesses <= goodUpTo ? 'good' : 'strong' };
};
