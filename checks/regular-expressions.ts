import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { isSafe } from 'redos-detector';
import { trackedFiles } from './tracked-files.ts';

/** Every regular expression that stands in a source text. */
const expressionsIn = (file: string, text: string): RegExp[] => {
  const found: RegExp[] = [];
  const visitor = new Visitor({
    Literal(node) {
      if ('regex' in node) found.push(new RegExp(node.regex.pattern, node.regex.flags));
    },
  });
  visitor.visit(parseSync(file, text).program);
  return found;
};

/** Whether it backtracks without a bound. Most of these are quadratic: the sender of a long text holds the event loop. */
const isSuperLinear = ({ source, flags }: RegExp): boolean =>
  // The tool knows no `iu`; case changes nothing about the work here.
  !isSafe(new RegExp(source, flags.includes('u') ? flags.replace('i', '') : flags)).safe;

export const superLinear = (file: string, text = readFileSync(file, 'utf8')): string[] =>
  expressionsIn(file, text)
    .filter(isSuperLinear)
    .map((expression) => `${file}: ${expression} can backtrack without end; bound it, or split the text first`);

/** Those in the code that runs. Checks, tests and the bench read only files of this repository. */
export const regularExpressions = (): string[] =>
  trackedFiles(/^(apps|packages|examples)\/[^/]+\/src\//)
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
    .flatMap((file) => superLinear(file));
