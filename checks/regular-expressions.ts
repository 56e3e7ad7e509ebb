import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { isSafe } from 'redos-detector';
import { trackedFiles } from './tracked-files.ts';

/** Every regular expression in a source text. */
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

/** Whether it backtracks without a bound. Most of these are quadratic: a long text would block the event loop. */
const isSuperLinear = ({ source, flags }: RegExp): boolean =>
  // The tool does not support `iu`; case does not affect backtracking.
  !isSafe(new RegExp(source, flags.includes('u') ? flags.replace('i', '') : flags)).safe;

export const superLinear = (file: string, text = readFileSync(file, 'utf8')): string[] =>
  expressionsIn(file, text)
    .filter(isSuperLinear)
    .map((expression) => `${file}: ${expression} can backtrack without a bound; bound it, or split the text first`);

/** Those in production code. Checks, tests and benchmarks only read files of this repository. */
export const regularExpressions = (): string[] =>
  trackedFiles(/^(apps|packages|examples)\/[^/]+\/src\//)
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
    .flatMap((file) => superLinear(file));
