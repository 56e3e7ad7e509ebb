import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig, settingNames } from '../apps/api/src/config.ts';
import { isWellKnown } from '../apps/api/src/well-known-secrets.ts';
import { trackedFiles } from './tracked-files.ts';

const example = readFileSync('.env.example', 'utf8');
const namedIn = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name));

it('.env.example lists every setting and no other', () => {
  expect(namedIn(example, /^#?([A-Z][A-Z_]+)=/gm)).toEqual(new Set(settingNames));
});

it('a copy of .env.example changes no setting', () => {
  const { appSecrets: _, ...copied } = readConfig({ ...parseEnv(example), APP_SECRET: 'x'.repeat(32) });
  const { appSecrets: __, ...unset } = readConfig({ APP_SECRET: 'x'.repeat(32) });
  expect(copied).toEqual(unset);
});

it('the README lists every setting and no other', () => {
  const [, table = ''] = /## Settings([^#]+)##/.exec(readFileSync('README.md', 'utf8')) ?? [];
  expect(namedIn(table, /`([A-Z][A-Z_]{3,})`/g)).toEqual(new Set(settingNames));
});

it('the systemd unit runs the command of pnpm start', () => {
  const [, command] = /^ExecStart=(?:\S*)node (.*)$/m.exec(readFileSync('docs/latchkey.service', 'utf8')) ?? [];
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(`node ${command}`).toBe(scripts.start);
});

it('production refuses every secret in this repository', () => {
  const secrets = trackedFiles(/\.(ts|js|py|md|example|env)$/).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/secrets?\w*['"]?\s*[:=]\s*\[?\s*['"]([^'"`$\n]{32,})['"]/gi)].map(
      ([, secret = '']) => ({ file, secret }),
    ),
  );
  expect(secrets.length).toBeGreaterThan(4);
  expect(secrets.filter(({ secret }) => !isWellKnown(secret))).toEqual([]);
});
