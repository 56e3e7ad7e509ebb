import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const script = new URL('../python/test_vectors.py', import.meta.url).pathname;
const run = (python: string, ...words: string[]) => spawnSync(python, ['-B', ...words], { encoding: 'utf8' });
const hasLibrary = (python: string): boolean =>
  ['import jwt, cryptography', 'import jose'].some((code) => run(python, '-c', code).status === 0);

describe('Python clients', () => {
  const name = 'accept our tokens and refuse forged ones';
  // Debian's Python and the first one on PATH. Without a library in either, the test is skipped.
  const pythons = ['/usr/bin/python3', 'python3'].filter(hasLibrary);

  if (pythons.length === 0) it.skip(`${name} (skipped: no python3 has python3-jwt or python3-jose)`);
  it.each(pythons)(`${name}, with %s`, (python) => {
    const { stdout, stderr, status } = run(python, script);
    console.log(`${python}: ${stdout.trim()}`);
    expect({ stdout, stderr, status }).toMatchObject({ stderr: '', status: 0 });
  });
});
