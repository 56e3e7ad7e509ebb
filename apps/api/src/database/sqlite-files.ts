import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { syncPath } from './copy-sides.ts';

/** Copies a database that a server is using, as it is now. */
export const copyOnline = async (path: string, copy: string): Promise<void> => {
  const connection = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  try {
    // The rest in one step: a change by the server would begin the copy again.
    await connection.backup(copy, { progress: () => 2 ** 31 - 1 });
  } finally {
    connection.close();
  }
};

/** Turns a database into one file, which only the operator can read, and makes it durable. */
export const settle = (path: string): void => {
  const connection = new BetterSqlite3(path);
  try {
    connection.pragma('journal_mode = DELETE');
  } finally {
    connection.close();
  }
  chmodSync(path, 0o600);
  syncPath(path);
};

/** Gives a settled file its name, in one step. */
export const renameDurably = (from: string, to: string): void => {
  renameSync(from, to);
  syncPath(dirname(to));
};

/** Whether another process has the database open. Leaves it without `-wal` and `-shm` if none has. */
export const isInUse = (path: string): boolean => {
  const connection = new BetterSqlite3(path, { timeout: 0 });
  try {
    connection.pragma('locking_mode = EXCLUSIVE');
    // SQLite can leave WAL only when nobody else is there.
    return connection.pragma('journal_mode = DELETE', { simple: true }) !== 'delete';
  } catch (error) {
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    connection.close();
  }
};

export const removeDatabase = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm', '-journal']) if (existsSync(path + suffix)) rmSync(path + suffix);
};

/** What SQLite itself finds wrong with a file; empty if nothing. */
export const faultsOfFile = (path: string): string[] => {
  const connection = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  try {
    const check = (connection.pragma('integrity_check(5)') as { integrity_check: string }[])
      .map(({ integrity_check }) => integrity_check)
      .filter((sentence) => sentence !== 'ok');
    const orphans = (connection.pragma('foreign_key_check') as unknown[]).length;
    return [...check, ...(orphans > 0 ? [`${orphans} rows refer to rows that are missing`] : [])];
  } finally {
    connection.close();
  }
};
