import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.ts';

/** The folder that Linux keeps in memory, where there is plenty of it: the tests write much, and nothing of it is kept. */
const roomyFolder = (): string => {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return Math.min(bavail * bsize, process.availableMemory()) > 2 ** 32 ? memory : tmpdir();
};

/** One PostgreSQL, and one folder for all databases, for the whole run. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(roomyFolder(), 'latchkey-'));
  // The user that PostgreSQL runs as must be able to get in.
  chmodSync(folder, 0o711);
  // What is written here need not outlive a power cut, nor be tidied up.
  const { url, stop } = await startPostgres({ within: folder, settings: ['fsync=off', 'autovacuum=off'] });
  project.provide('scratchFolder', folder);
  project.provide('postgresServer', url);
  return async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
