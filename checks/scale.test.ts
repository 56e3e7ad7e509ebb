import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('docs/scale.md has what pnpm capacity prints', () => {
  const printed = execFileSync(process.execPath, ['bench/capacity.ts'], { encoding: 'utf8' });
  expect(readFileSync('docs/scale.md', 'utf8')).toContain(`\`\`\`\n${printed}\`\`\``);
});

it('pnpm capacity names an option that it does not know, and a number that is none', () => {
  const run = (...words: string[]): string => {
    try {
      return execFileSync(process.execPath, ['bench/capacity.ts', ...words], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      return String(Object(error).stderr);
    }
  };
  expect(run('--peple', '5')).toMatch(/^Unknown option '--peple'/);
  expect(run('--people', 'x')).toBe('--people is "x"; it must be a number above 0.\n');
});
