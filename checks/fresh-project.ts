import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export type Project = {
  /** Another Node than that of this repository, such as `20`. */
  readonly node?: string;
  /** The packages of this repository that it installs, without the scope. */
  readonly packages: readonly string[];
  /** Versions of other packages that it needs. */
  readonly versions: Readonly<Record<'typescript' | 'express' | '@types/express', string>>;
};

/** The installed version, which pnpm has in its store. */
export const versionIn = (folder: string): string =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;

/** npm's package with Node for this platform. */
export const nodePackage = [
  process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node',
  process.platform,
  process.arch,
].join('-');

/** The first example of a page in TypeScript. */
const exampleOf = (page: string): string => {
  const [, example] = /```tsx?\n([\s\S]*?)\n```\n/.exec(readFileSync(page, 'utf8')) ?? [];
  if (example === undefined) throw new Error(`${page} has no example`);
  return example;
};

const manifestOf = ({ node, packages, versions }: Project): object => ({
  name: 'fresh-project',
  private: true,
  type: 'module',
  dependencies: {
    ...Object.fromEntries(packages.map((name) => [`@latchkey/${name}`, `file:../${name}.tgz`])),
    ...versions,
    axios: versionIn('packages/contract/node_modules/axios'),
    ...Object.fromEntries(
      ['react', 'react-dom', '@types/react', '@types/react-dom'].map((name) => [
        name,
        versionIn(`apps/web/node_modules/${name}`),
      ]),
    ),
    '@types/node': versionIn('node_modules/@types/node'),
    ...(node && { 'other-node': `npm:${nodePackage}@${node}` }),
  },
});

/**
 * Creates a project like that of another developer: it has the tarballs of the folder above and nothing else of this repository.
 * Its code is checks/fresh-project and the examples of the READMEs.
 */
export const createProject = async (project: Project, folder: string): Promise<string[]> => {
  cpSync('checks/fresh-project', folder, { recursive: true });
  writeFileSync(join(folder, 'client.ts'), exampleOf('packages/contract/README.md'));
  writeFileSync(join(folder, 'service.ts'), exampleOf('packages/guard/README.md'));
  writeFileSync(join(folder, 'main.tsx'), exampleOf('packages/browser/README.md'));
  if (project.packages.includes('testing')) cpSync('packages/testing/example', folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifestOf(project)));
  return runCommand('pnpm', ['install', '--prefer-offline'], { cwd: folder });
};

const nodeOf = (folder: string): string => {
  const other = join(folder, 'node_modules/other-node/bin/node');
  return existsSync(other) ? other : process.execPath;
};

/** Compiles the project. Then a service in it verifies the tokens of a running Latchkey (checks/fresh-project/latchkey.mjs). */
export const tryProject = async (folder: string, latchkey: string): Promise<string[]> => {
  const faults = [];
  for (const words of [
    ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.nodenext.json'],
    ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.bundler.json'],
    ['import.mjs'],
    ['require.cjs'],
  ]) {
    faults.push(...(await runCommand(nodeOf(folder), words, { cwd: folder, env: { LATCHKEY: latchkey } })));
  }
  return faults;
};
