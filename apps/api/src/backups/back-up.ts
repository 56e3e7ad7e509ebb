import type { CopyProgress } from '../database/copy-database.ts';
import { copyDatabase } from '../database/copy-database.ts';
import { openSource, openTarget } from '../database/copy-sides.ts';
import { createMarkStore } from '../database/mark-store.ts';
import { connectDatabase, migrateDatabase, pathOf } from '../database/open.ts';
import { copyOnline, removeDatabase, renameDurably, settle } from '../database/sqlite-files.ts';

/** A backup of PostgreSQL, too, is a database of SQLite: it can be opened anywhere, and restored to either engine. */
const copyPostgres = async (url: string, file: string, onProgress: CopyProgress): Promise<void> => {
  const copy = `file:${file}`;
  await migrateDatabase(copy, 'all');
  const [source, target] = [await openSource(url, { isLocked: false }), await openTarget(copy)];
  try {
    await copyDatabase(source, target, onProgress);
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
};

/** Remembers the time, for `pnpm db status` and `pnpm run doctor`. */
const markBackup = async (url: string): Promise<void> => {
  const database = await connectDatabase(url);
  const marks = createMarkStore(database);
  await database.transaction((write) => marks.set(write, 'backup', new Date()));
  await database.close();
};

/** Writes a copy of the database, as it is now, to a file. A server may be using it. The file has its name when it is complete. */
export const backUp = async (url: string, file: string, onProgress: CopyProgress): Promise<void> => {
  const partial = `${file}.partial`;
  removeDatabase(partial);
  const path = pathOf(url);
  if (path === undefined) await copyPostgres(url, partial, onProgress);
  else await copyOnline(path, partial);
  settle(partial);
  renameDurably(partial, file);
  await markBackup(url);
};
