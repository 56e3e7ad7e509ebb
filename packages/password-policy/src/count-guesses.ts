import { type MatchEstimated, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs } from '@zxcvbn-ts/language-common';
import { unpackWords } from './pack-words.ts';
import lists from './word-lists.json' with { type: 'json' };

/** The most common passwords in lower case, most common first. */
export const commonPasswords: readonly string[] = unpackWords(lists.passwords);

const estimator = new ZxcvbnFactory({
  dictionary: {
    passwords: [...commonPasswords],
    // zxcvbn weighs all words equally only under this name; otherwise it takes their alphabetical position as their rank.
    diceware: unpackWords(lists.diceware),
  },
  graphs: adjacencyGraphs,
  // The time grows with the square of the length; a strong password is strong within 64 characters.
  maxLength: 64,
});

/** A part of a password with its pattern. */
export type Piece = {
  /** The list that contains it, or its pattern: `passwords`, `diceware`, `userInputs`, `spatial`, `date`, … */
  readonly kind: string;
  readonly token: string;
  /** The matching entry of the list. */
  readonly word?: string | undefined;
  readonly guesses: number;
};

const piecesOf = (text: string, names: string[]): Piece[] =>
  (estimator.check(text, names).sequence as MatchEstimated[]).flatMap(
    ({ pattern, token, guesses, dictionaryName, matchedWord }): Piece[] =>
      // A part without a pattern in the whole may have one alone: the "2024!" of "Password2024!".
      pattern === 'bruteforce' && token.length < text.length
        ? piecesOf(token, names)
        : [{ kind: dictionaryName ?? pattern, token, word: matchedWord, guesses }],
  );

const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1));

/**
 * The number of guesses for an attacker who knows the patterns of a password, but not their order. Omits zxcvbn's penalty of 10⁴
 * for each further pattern: attackers do combine word, year and sign.
 * @param names names of the owner, in lower case like the text
 */
export const countGuesses = (text: string, names: string[]): { readonly guesses: number; readonly pieces: Piece[] } => {
  const pieces = piecesOf(text, names);
  return { pieces, guesses: pieces.reduce((product, { guesses }) => product * guesses, factorial(pieces.length)) };
};
