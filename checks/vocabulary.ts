import { readFileSync } from 'node:fs';
import { trackedFiles } from './tracked-files.ts';

/** Phrases that cost a reader a second look, and what to write instead (CONTRIBUTING.md, "Language"). */
const refused: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\b(?:whoever|whomever|whatever)\b/i, 'the noun, or "any …"'],
  [/\blikewise\b/i, 'the sentence again, or "also"'],
  [/\b(?:is|are|was|were) (?:said|told|heard)\b/i, 'the active voice'],
  [/\bby (?:itself|themselves)\b/i, '"alone", "automatically" or "separately"'],
  [/\bfor good\b/i, '"permanently"'],
  [/\bof two (?:\w+ )?at once\b/i, '"of two concurrent …"'],
  [/\bwished\b|\ba wish until\b/i, '"pending"'],
  [/\bproved (?:e-mail )?address/i, '"verified address"'],
  // The path and the kind of the event keep their names.
  [/(?<![/'`])\bdisown(?:s|ed|ing)?\b(?!['`:])/i, '"report as unrecognized"'],
  [/\bnamed tokens?\b|\btokens? for services?\b/i, '"API token"'],
  [/\bstands? for (?:a person|somebody|him|her|them|you)\b/i, '"acts as"'],
  [/\bpresent password\b/i, '"current password"'],
  [/\b(?:take|give|takes|gives) back\b|\b(?:take|give)Back\b/, '"refund", "reset" or "undo"'],
  [/\bpatiently\b/i, '"retry while locked", "retry with backoff"'],
  [/\b(?:most|least|longest|fewest)[A-Z]\w*/, '`max…` or `min…`'],
];

/** These list the refused phrases. */
const glossaries = new Set(['CONTRIBUTING.md', 'checks/vocabulary.ts']);

const faultsOf = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      refused.flatMap(([phrase, instead]) => {
        const [found] = phrase.exec(line) ?? [];
        return found === undefined ? [] : [`${file}:${index + 1} has "${found}"; write ${instead}`];
      }),
    );

/** The old vocabulary, in prose, comments, test names, user interface texts and identifiers. */
export const vocabulary = (): string[] =>
  trackedFiles(/\.(?:md|tsx?|js|py|sh|html|css|example|ya?ml)$|^\.ci\//)
    .filter((file) => file !== 'pnpm-lock.yaml' && !glossaries.has(file))
    .flatMap(faultsOf);
