import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser, findHeadlessShell } from '../e2e/browser.ts';

type Need = {
  readonly name: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
  readonly without: string;
};

const runs = (command: string, ...words: string[]): boolean => spawnSync(command, words).status === 0;

const testsAreSkipped = 'the tests that need it are skipped';

/** The programs that some tests need or run faster with, and that npm does not bring. */
const needs: readonly Need[] = [
  {
    name: 'PyJWT',
    packages: ['python3-jwt', 'python3-cryptography'],
    isThere: () => runs('/usr/bin/python3', '-c', 'import jwt, cryptography'),
    without: testsAreSkipped,
  },
  {
    name: 'Flask-JWT-Extended, Authlib and simplejwt',
    packages: [
      'python3-flask',
      'python3-python-flask-jwt-extended',
      'python3-authlib',
      'python3-requests',
      'python3-djangorestframework-simplejwt',
    ],
    isThere: () =>
      runs('/usr/bin/python3', '-c', 'import flask, flask_jwt_extended, authlib, requests, rest_framework_simplejwt'),
    without: testsAreSkipped,
  },
  {
    name: 'Apache with mod_auth_openidc',
    packages: ['apache2-bin', 'libapache2-mod-auth-openidc'],
    isThere: () => existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so'),
    without: testsAreSkipped,
  },
  { name: 'nginx', packages: ['nginx'], isThere: () => runs('nginx', '-v'), without: testsAreSkipped },
  { name: 'Caddy', packages: ['caddy'], isThere: () => runs('caddy', 'version'), without: testsAreSkipped },
  {
    name: 'PgBouncer',
    packages: ['pgbouncer'],
    isThere: () => runs('pgbouncer', '--version'),
    without: testsAreSkipped,
  },
  {
    name: 'PostgreSQL of the system',
    packages: ['postgresql'],
    isThere: () => existsSync('/usr/lib/postgresql'),
    without: testsAreSkipped,
  },
  {
    name: 'promtool',
    packages: ['prometheus'],
    isThere: () => runs('promtool', '--version'),
    without: testsAreSkipped,
  },
  {
    name: 'Chromium headless shell',
    packages: ['chromium', 'chromium-headless-shell'],
    isThere: () => findHeadlessShell() !== findBrowser(),
    without: 'the journeys take longer',
  },
];

const missing = needs.filter(({ isThere }) => !isThere());
if (missing.length > 0 && process.getuid?.() === 0) {
  // One after the other: apt installs nothing of a list with a name that it does not know.
  const installs = missing.map(({ packages }) => ['install', '--yes', '--quiet', ...packages]);
  for (const words of [['update', '--quiet'], ...installs]) {
    console.log(`Trying: apt-get ${words.join(' ')}`);
    // In run level 1 no package starts its service.
    spawnSync('env', ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', ...words], {
      stdio: 'inherit',
      timeout: 300_000,
    });
  }
}
for (const { name, isThere, without } of needs) {
  console.log(isThere() ? `${name} is installed.` : `${name} is missing: ${without}.`);
}
