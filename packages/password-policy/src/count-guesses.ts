import { type MatchEstimated, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** What attackers try first, in lower case, the most common first. */
export const commonPasswords: readonly string[] = dictionary['passwords-common'];

const estimator = new ZxcvbnFactory({
  dictionary: {
    passwords: dictionary['passwords-common'],
    // Only under this name does each of its words count alike; else their places in the alphabet would be their ranks.
    diceware: dictionary['diceware-common'],
  },
  graphs: adjacencyGraphs,
  // Its time grows with the square of the length; a password that is strong is so before this.
  maxLength: 64,
});

/** A part of a password, and what it was recognised as. */
export type Piece = {
  /** The list that it is on, else its pattern: `passwords`, `diceware`, `userInputs`, `spatial`, `date`, … */
  readonly kind: string;
  readonly token: string;
  /** As it stands on the list. */
  readonly word?: string | undefined;
  readonly guesses: number;
};

const piecesOf = (text: string, names: string[]): Piece[] =>
  (estimator.check(text, names).sequence as MatchEstimated[]).flatMap(
    ({ pattern, token, guesses, dictionaryName, matchedWord }): Piece[] =>
      // What is no pattern within the whole may be some by itself: the "2024!" of "Password2024!".
      pattern === 'bruteforce' && token.length < text.length
        ? piecesOf(token, names)
        : [{ kind: dictionaryName ?? pattern, token, word: matchedWord, guesses }],
  );

const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1));

/**
 * How many tries it takes somebody who knows the patterns of a password, but not their order, to guess it. Counted
 * without zxcvbn's penalty of 10⁴ for each further pattern: attackers do try word, year and sign at once.
 * @param names in lower case, as is the text: what somebody who knows the owner tries first
 */
export const countGuesses = (text: string, names: string[]): { readonly guesses: number; readonly pieces: Piece[] } => {
  const pieces = piecesOf(text, names);
  return { pieces, guesses: pieces.reduce((product, { guesses }) => product * guesses, factorial(pieces.length)) };
};
