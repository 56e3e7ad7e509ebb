import { copyFileSync, existsSync, renameSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { type CopyProgress, copyDatabase } from '../database/copy-database.ts';
import { openSource, openTarget } from '../database/copy-sides.ts';
import type { Database } from '../database/database.ts';
import { databaseStatus } from '../database/database-status.ts';
import { connectDatabase, migrateDatabase, pathOf } from '../database/open.ts';
import { countOtherConnections } from '../database/postgres-connections.ts';
import { isInUse, removeDatabase, renameDurably, settle } from '../database/sqlite-files.ts';
import { OperatorError } from '../operator-error.ts';
import { verifyBackup } from './verify-backup.ts';

type Config = { readonly databaseUrl: string; readonly appSecrets: readonly string[] };
type Options = { readonly isReplacing: boolean; readonly keepsSessions: boolean };
type Needs = {
  readonly clock: Clock;
  readonly onProgress: CopyProgress;
  /** Ends every session, and returns how many there were. */
  readonly endAllSessions: (database: Database) => Promise<number>;
};

/** Since the backup, sessions may have ended: without this, stolen tokens would work again. */
const endSessions = async (url: string, { keepsSessions }: Options, { endAllSessions }: Needs): Promise<number> => {
  if (keepsSessions) return 0;
  const database = await connectDatabase(url);
  return endAllSessions(database).finally(() => database.close());
};

const requireEmpty = async (url: string, isReplacing: boolean): Promise<void> => {
  const status = await databaseStatus(url);
  if (status && status.users > 0 && !isReplacing)
    throw new OperatorError(`The database has ${status.users} users. Add --replace, which keeps a copy of it.`);
};

const prepare = async (file: string, copy: string): Promise<void> => {
  removeDatabase(copy);
  copyFileSync(file, copy);
  await migrateDatabase(`file:${copy}`, 'all');
};

/** @returns where the database is that was there before */
const restoreToFile = async (file: string, path: string, options: Options, needs: Needs) => {
  if (existsSync(path) && isInUse(path)) throw new OperatorError(`${path} is in use. Stop the server first.`);
  await requireEmpty(`file:${path}`, options.isReplacing);
  const partial = `${path}.partial`;
  await prepare(file, partial);
  const ended = await endSessions(`file:${partial}`, options, needs);
  settle(partial);
  const kept = existsSync(path) ? `${path}.replaced-${needs.clock().toISOString().replaceAll(':', '-')}` : undefined;
  if (kept) renameSync(path, kept);
  // A log of the database before would be applied to this one.
  removeDatabase(path);
  renameDurably(partial, path);
  return { ended, kept };
};

const restoreToPostgres = async (file: string, url: string, options: Options, needs: Needs) => {
  if (options.isReplacing)
    throw new OperatorError('On PostgreSQL, create an empty database and set DATABASE_URL: that keeps the one before.');
  if ((await countOtherConnections(url)) > 0)
    throw new OperatorError('Other programs are connected to the database. Stop the servers first.');
  await requireEmpty(url, false);
  await migrateDatabase(url, 'all');
  const copy = `${file}.restoring`;
  await prepare(file, copy);
  const [source, target] = [await openSource(`file:${copy}`, { isLocked: true }), await openTarget(url)];
  try {
    await copyDatabase(source, target, needs.onProgress);
  } finally {
    await Promise.all([source.close(), target.close()]);
    removeDatabase(copy);
  }
  const ended = await endSessions(url, options, needs);
  return { ended, kept: undefined };
};

/**
 * Restores a backup to the configured database, which nobody may be using. Every session of that time ends, unless it is kept: those that
 * ended since would otherwise live again.
 */
export const restoreBackup = async (file: string, config: Config, options: Options, needs: Needs) => {
  const { users } = await verifyBackup(file, config.appSecrets);
  const path = pathOf(config.databaseUrl);
  const restored =
    path === undefined
      ? await restoreToPostgres(file, config.databaseUrl, options, needs)
      : await restoreToFile(file, path, options, needs);
  return { users, ...restored };
};
