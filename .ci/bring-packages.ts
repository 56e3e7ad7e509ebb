import { spawnSync } from 'node:child_process';

type Need = {
  readonly name: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
};

const runs = (command: string, ...words: string[]): boolean => spawnSync(command, words).status === 0;

/** Some tests need programs that npm does not bring; without them these tests are skipped. */
const needs: readonly Need[] = [
  {
    name: 'PyJWT',
    packages: ['python3-jwt', 'python3-cryptography'],
    isThere: () => runs('/usr/bin/python3', '-c', 'import jwt, cryptography'),
  },
  { name: 'PgBouncer', packages: ['pgbouncer'], isThere: () => runs('pgbouncer', '--version') },
];

const missing = needs.filter(({ isThere }) => !isThere());
if (missing.length > 0 && process.getuid?.() === 0) {
  for (const words of [
    ['update', '--quiet'],
    ['install', '--yes', '--quiet', ...missing.flatMap(({ packages }) => packages)],
  ]) {
    console.log(`Trying: apt-get ${words.join(' ')}`);
    spawnSync('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words], { stdio: 'inherit', timeout: 300_000 });
  }
}
for (const { name, isThere } of needs) {
  console.log(isThere() ? `${name} is installed.` : `${name} is missing: the tests that need it are skipped.`);
}
