import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export type Project = {
  /** Another Node than that of this repository, such as `20`. */
  readonly node?: string;
  readonly typescript: string;
  /** The packages that it installs, without the scope. */
  readonly packages: readonly string[];
};

const versionIn = (path: string): string => JSON.parse(readFileSync(path, 'utf8')).version;

/** npm's package with Node for this platform. */
export const nodePackage = [
  process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node',
  process.platform,
  process.arch,
].join('-');

const exampleOf = (page: string): string => {
  const [, example] = /```ts\n([\s\S]*?)\n```\n/.exec(readFileSync(page, 'utf8')) ?? [];
  if (example === undefined) throw new Error(`${page} has no example`);
  return example;
};

const manifestOf = ({ node, typescript, packages }: Project): object => ({
  name: 'fresh-project',
  private: true,
  type: 'module',
  dependencies: {
    ...Object.fromEntries(packages.map((name) => [`@latchkey/${name}`, `file:../${name}.tgz`])),
    // The versions of this repository, which pnpm has in its store.
    axios: versionIn('packages/contract/node_modules/axios/package.json'),
    express: versionIn('packages/guard/node_modules/express/package.json'),
  },
  devDependencies: {
    '@types/express': versionIn('packages/guard/node_modules/@types/express/package.json'),
    '@types/node': versionIn('node_modules/@types/node/package.json'),
    ...(node && { 'other-node': `npm:${nodePackage}@${node}` }),
    typescript,
  },
});

/**
 * Creates a project like that of another developer: it has the tarballs of the folder above and nothing else of this repository.
 * Its code is checks/fresh-project, the example of the contract's README and, with the test kit, the kit's example.
 */
export const createProject = async (project: Project, folder: string): Promise<string[]> => {
  cpSync('checks/fresh-project', folder, { recursive: true });
  writeFileSync(join(folder, 'client.ts'), exampleOf('packages/contract/README.md'));
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
