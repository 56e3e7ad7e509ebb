import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The files that git tracks or would track, relative to the root of the repository. */
export const trackedFiles = (pattern: RegExp): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => pattern.test(file) && existsSync(file));
