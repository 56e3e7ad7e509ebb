import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createProject, nodePackage, type Project, tryProject, versionIn } from './fresh-project.ts';
import { runCommand } from './run-command.ts';

/** The packages that developers of other projects install. */
const names = ['browser', 'contract', 'guard', 'testing'] as const;

/** The oldest versions that the packages support. The test kit needs Node 22. */
const oldest: Project = {
  node: '20',
  packages: ['browser', 'contract', 'guard'],
  versions: { typescript: '5.9.3', express: '4.21.2', '@types/express': '4.17.21' },
};
/** The versions of this repository. */
const newest: Project = {
  packages: names,
  versions: {
    typescript: versionIn('node_modules/typescript'),
    express: versionIn('packages/guard/node_modules/express'),
    '@types/express': versionIn('packages/guard/node_modules/@types/express'),
  },
};

/** Whether the package.json and the types of a tarball suit Node and every bundler. */
const lint = async (name: string, tarball: string): Promise<string[]> => {
  // attw does not find the entries behind a pattern.
  const entries = name === 'contract' ? globSync('*.js', { cwd: 'packages/contract/dist' }) : [];
  const words = entries.length > 0 ? ['--entrypoints', ...entries.map((file) => file.replace('.js', ''))] : [];
  return [
    ...(await runCommand('publint', ['run', tarball, '--strict'])),
    ...(await runCommand('attw', [tarball, '--profile', 'esm-only', ...words])),
  ];
};

/** Starts the Latchkey of the test kit in the project. `work` gets its URL and tokens as JSON. */
const withLatchkey = async (project: string, work: (latchkey: string) => Promise<string[]>): Promise<string[]> => {
  const child = spawn(process.execPath, ['latchkey.mjs'], { cwd: project, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
    return typeof line === 'string' ? await work(line) : [`checks/fresh-project/latchkey.mjs ended with ${line}`];
  } finally {
    child.stdin.end();
    await ended;
  }
};

/** Installs the tarballs of the folder in fresh projects and uses them there. */
const useIn = async (folder: string): Promise<string[]> => {
  const [old, fresh] = [join(folder, 'node-20'), join(folder, 'node-24')];
  const faults = (await Promise.all([createProject(oldest, old), createProject(newest, fresh)])).flat();
  if (faults.length > 0) return faults;
  return [
    ...(await withLatchkey(fresh, async (latchkey) =>
      (await Promise.all([tryProject(old, latchkey), tryProject(fresh, latchkey)])).flat(),
    )),
    ...(await runCommand(process.execPath, ['--test', 'cart.test.ts'], { cwd: fresh })),
  ];
};

const isOffline = async (): Promise<boolean> => {
  const env = { pnpm_config_fetch_retries: '0' };
  const [fault = ''] = await runCommand('pnpm', ['view', nodePackage, 'version'], { env });
  return fault.includes('NETWORK_ERROR');
};

/**
 * Packs each package and lints its package.json and types. Then fresh projects under Node 20 and 24 install the tarballs, compile
 * against them and verify real tokens. Without a registry, that part is skipped.
 */
export const packages = async (): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'));
  const tarballOf = (name: string): string => join(folder, `${name}.tgz`);
  const faults: string[] = [];
  try {
    for (const name of names) {
      faults.push(...(await runCommand('pnpm', ['pack', '--out', tarballOf(name)], { cwd: `packages/${name}` })));
    }
    if (faults.length > 0) return faults;
    faults.push(...(await Promise.all(names.map((name) => lint(name, tarballOf(name))))).flat());
    if (await isOffline()) console.log('  skipped: the fresh projects, because the npm registry cannot be reached');
    else faults.push(...(await useIn(folder)));
    return faults;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
