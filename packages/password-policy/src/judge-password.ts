import { commonPasswords, countGuesses, type Piece } from './count-guesses.ts';
import { foldCase } from './fold-case.ts';
import type { WeakPassword } from './weak-password-text.ts';

/** The owner of the password, which must not resemble these names. */
export type PasswordOwner = {
  readonly username: string;
  readonly email?: string | null | undefined;
  readonly displayName?: string | null | undefined;
  /** The name of this service, Latchkey by default. */
  readonly serviceName?: string | undefined;
};

export type PasswordVerdict =
  /** `weakPasswordText` tells the user about the fault. */
  | { readonly strength: 'weak'; readonly fault: WeakPassword }
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

const namesOf = ({ username, email, displayName, serviceName = 'Latchkey' }: PasswordOwner) =>
  [
    { whose: 'username' as const, name: username },
    ...[email ?? '', ...(email?.split('@') ?? [])].map((name) => ({ whose: 'email' as const, name })),
    { whose: 'displayName' as const, name: displayName ?? '' },
    { whose: 'service' as const, name: serviceName },
  ]
    .map(({ whose, name }) => ({ whose, name: foldCase(name).trim() }))
    .map(({ whose, name }) => ({ whose, name, words: wordsOf(name) }));

type Name = ReturnType<typeof namesOf>[number];

/** A password that contains a name needs at least this many other characters. */
const minOwnCharacters = 4;

const isHardlyMoreThan = (name: string, text: string): boolean =>
  name.length >= 3 && text.includes(name) && text.length - name.length < minOwnCharacters;

/** The faults of zxcvbn's patterns. */
const faults: Readonly<Record<string, Exclude<WeakPassword['reason'], 'name'>>> = {
  passwords: 'near_common',
  diceware: 'word',
  spatial: 'keys',
  sequence: 'sequence',
  repeat: 'repetition',
  date: 'date',
  regex: 'year',
};

const faultOf = (text: string, pieces: Piece[], names: readonly Name[]): WeakPassword => {
  // Report the longest pattern.
  const [telling] = pieces
    .filter(({ kind }) => kind !== 'bruteforce')
    .toSorted((one, other) => other.token.length - one.token.length);
  const name = names.find(({ words }) => words.includes(telling?.word ?? ''));
  if (name) return { reason: 'name', whose: name.whose };
  const isCommon = (telling?.kind === 'passwords' && pieces.length === 1) || commonPasswords.includes(text);
  return { reason: isCommon ? 'common' : (faults[telling?.kind ?? ''] ?? 'guessable') };
};

const weak = (fault: WeakPassword): PasswordVerdict => ({ strength: 'weak', fault });

/**
 * Judges a new password. `newPassword` checks the length; there are no composition rules (NIST SP 800-63B-4 §3.1.1.2). This module
 * contains 0.5 MB of word lists: import it lazily.
 */
export const judgePassword = (password: string, owner: PasswordOwner): PasswordVerdict => {
  const text = foldCase(password);
  const names = namesOf(owner);
  const same = names.find(({ name }) => isHardlyMoreThan(name, text));
  if (same) return weak({ reason: 'name', whose: same.whose });
  if (new Set(text).size < 3) return weak({ reason: 'repetition' });
  const { guesses, pieces } = countGuesses(
    text,
    names.flatMap(({ words }) => words),
  );
  if (guesses <= guessesOnline) return weak(faultOf(text, pieces, names));
  if (guesses <= fairUpTo) return { strength: 'fair' };
  return { strength: guesses <= goodUpTo ? 'good' : 'strong' };
};
