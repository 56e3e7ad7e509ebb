import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const script = new URL('../python/test_vectors.py', import.meta.url).pathname;
const run = (python: string, ...words: string[]) => spawnSync(python, ['-B', ...words], { encoding: 'utf8' });
const canRun = (python: string, code: string): boolean => run(python, '-c', code).status === 0;

/** Debian's own and the first on PATH: only one of them may have the libraries. */
describe.each(['/usr/bin/python3', 'python3'])('Python clients, with %s', (python) => {
  const isThere = canRun(python, '');
  const hasLibrary = canRun(python, 'import jwt, cryptography') || canRun(python, 'import jose');
  const name = 'accept our tokens and refuse forged ones';

  if (!isThere) it.skip(`${name} (skipped: there is no ${python})`);
  else if (!hasLibrary) it.skip(`${name} (skipped: ${python} has neither python3-jwt nor python3-jose)`);
  else {
    it(name, () => {
      const { stdout, stderr, status } = run(python, script);
      console.log(`${python}: ${stdout.trim()}`);
      expect({ stdout, stderr, status }).toMatchObject({ stderr: '', status: 0 });
    });
  }
});
