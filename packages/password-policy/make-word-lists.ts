import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dictionary } from '@zxcvbn-ts/language-common';
import { packWords } from './src/pack-words.ts';

/** As short a password is refused anyway, so only the most common of them matter, as a part of a longer one. */
const minLength = 8;
const commonRanks = 10_000;

/** The lists of zxcvbn without 25,000 short, rare passwords, so that a browser loads half as much. */
export const makeWordLists = () => ({
  passwords: packWords(
    dictionary['passwords-common'].filter((word, rank) => word.length >= minLength || rank < commonRanks),
  ),
  diceware: packWords(dictionary['diceware-common']),
});

// `node packages/password-policy/make-word-lists.ts`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('./src/word-lists.json', import.meta.url), `${JSON.stringify(makeWordLists(), null, 2)}\n`);
}
