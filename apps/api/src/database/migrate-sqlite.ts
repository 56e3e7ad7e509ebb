import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { DatabaseStartError } from './database.ts';
import { withoutValues } from './faults.ts';
import { checkMigration, type MigrationScope, migrationsFolder, type SchemaVersion } from './migrations.ts';
import { retryWhileLocked } from './retry-while-locked.ts';

/** The time stamp of the newest migration that was applied to the database. */
export const appliedMigration = (connection: BetterSqlite3.Database): number => {
  const isNew = !connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (isNew) return 0;
  return Number(connection.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get());
};

const versionOf = (connection: BetterSqlite3.Database): SchemaVersion => {
  const applied = appliedMigration(connection);
  const hasMarks = connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'marks'`).get();
  const at = hasMarks && connection.prepare(`SELECT at FROM marks WHERE name = 'compatible since'`).pluck().get();
  return { applied, compatibleSince: Number(at ?? applied) };
};

/** Uses a separate connection without foreign keys: a migration that rebuilds a table must not cascade. */
const migrateFile = (path: string, scope: MigrationScope): void => {
  const connection = new BetterSqlite3(path, { timeout: 0 });
  try {
    checkMigration(versionOf(connection), 'sqlite', scope, path);
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = OFF');
    for (;;) {
      const before = appliedMigration(connection);
      try {
        migrate(drizzle(connection), { migrationsFolder: migrationsFolder('sqlite') });
        return;
      } catch (error) {
        // drizzle checks what is missing before it locks the database: another process may have migrated in between.
        if (appliedMigration(connection) === before) throw error;
      }
    }
  } finally {
    connection.close();
  }
};

/** @throws DatabaseStartError for every failure of `open` */
export const openOrExplain = async <Result>(path: string, open: () => Promise<Result>): Promise<Result> => {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError(
      `The database ${path} cannot be opened (${error instanceof Error ? withoutValues(error).message : error}); check DATABASE_URL and the rights on that file and its folder.`,
      error,
    );
  }
};

export const migrateSqlite = (path: string, scope: MigrationScope, onNotice: (sentence: string) => void) =>
  openOrExplain(path, async () => {
    const onWait = () =>
      onNotice(`Another process has locked the database ${path}, perhaps to migrate it. Waiting until it is free.`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await retryWhileLocked(() => migrateFile(path, scope), { milliseconds: Number.POSITIVE_INFINITY, onWait });
  });
