import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.ts';

/** Linux's folder in memory, if there is enough memory: the tests write much and keep nothing. */
const scratchRoot = (): string => {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return Math.min(bavail * bsize, process.availableMemory()) > 2 ** 32 ? memory : tmpdir();
};

/** Starts one PostgreSQL and creates one folder of databases for the whole run. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(scratchRoot(), 'latchkey-'));
  // PostgreSQL's user must be able to enter the folder.
  chmodSync(folder, 0o711);
  // The workers inherit it: the temporary folders of the tests are removed with this one.
  process.env.TMPDIR = folder;
  // The data need not survive a power cut, nor be vacuumed.
  const { url, stop } = await startPostgres({ within: folder, settings: ['fsync=off', 'autovacuum=off'] });
  project.provide('scratchFolder', folder);
  project.provide('postgresServer', url);
  return async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
