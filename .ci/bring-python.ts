import { spawnSync } from 'node:child_process';

/** Whether packages/guard/src/python.test.ts can run the test vectors with PyJWT. */
const hasPyJwt = (): boolean => spawnSync('/usr/bin/python3', ['-c', 'import jwt, cryptography']).status === 0;

if (!hasPyJwt() && process.getuid?.() === 0) {
  for (const words of [
    ['update', '--quiet'],
    ['install', '--yes', '--quiet', 'python3-jwt', 'python3-cryptography'],
  ]) {
    console.log(`PyJWT is missing; trying: apt-get ${words.join(' ')}`);
    spawnSync('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words], { stdio: 'inherit', timeout: 300_000 });
  }
}
console.log(hasPyJwt() ? 'PyJWT is installed.' : 'PyJWT is missing: the tests that need it are skipped.');
