import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trackedFiles } from './tracked-files.ts';

const store = 'node_modules/.pnpm';
const settings = readFileSync('pnpm-workspace.yaml', 'utf8');
/** The packages that are named, whether they may run their scripts or not. */
const named = [
  ...(/^allowBuilds:\n((?: .*\n)+)/m.exec(settings)?.[1]?.matchAll(/^ {2}"?([^\s"#][^"\s]*)"?: (true|false)$/gm) ?? []),
].map(([, name = '']) => name);

const manifest = (path: string): Record<string, Record<string, string>> => JSON.parse(readFileSync(path, 'utf8'));

const foldersIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => join(name, inner)) : [name],
  );

it('only packages that are named could run scripts when they are installed', () => {
  const withScripts = readdirSync(store)
    .map((entry) => join(store, entry, 'node_modules'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => foldersIn(folder).map((name) => ({ name, folder: join(folder, name) })))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .filter(({ folder }) => {
      const { scripts = {} } = manifest(join(folder, 'package.json'));
      return (
        ['preinstall', 'install', 'postinstall'].some((script) => script in scripts) ||
        existsSync(join(folder, 'binding.gyp'))
      );
    })
    .map(({ name }) => name);
  expect(withScripts.length).toBeGreaterThan(0);
  expect(withScripts.filter((name) => !named.includes(name))).toEqual([]);
});

it('the lockfile has each package that is asked for, as it is asked for', () => {
  const lockfile = readFileSync('pnpm-lock.yaml', 'utf8');
  for (const path of trackedFiles(/(^|\/)package\.json$/)) {
    const importer = path.replace(/\/?package\.json$/, '') || '.';
    const locked = new RegExp(`^  ${importer.replace('.', '\\.')}:\\n((?:    .*\\n|\\n)+?)(?=^  \\S|^\\S)`, 'm').exec(
      lockfile,
    )?.[1];
    const { dependencies = {}, devDependencies = {} } = manifest(path);
    for (const [name, specifier] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(locked, `${importer}: ${name}`).toMatch(
        new RegExp(`^ {6}'?${name}'?:\\n {8}specifier: '?${specifier.replace(/[\^.*]/g, '\\$&')}'?$`, 'm'),
      );
    }
  }
});
