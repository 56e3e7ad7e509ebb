import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { DatabaseStartError } from './database.ts';
import { latestMigration, migrationsFolder } from './migrations.ts';

/** The time stamp of the newest migration that was applied to the database. */
const appliedMigration = (connection: BetterSqlite3.Database): number => {
  const isNew = !connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (isNew) return 0;
  return Number(connection.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get());
};

/** Uses a separate connection without foreign keys: a migration that rebuilds a table must not cascade. */
export const migrateSqlite = (path: string): void => {
  const connection = new BetterSqlite3(path, { timeout: 0 });
  try {
    if (appliedMigration(connection) > latestMigration('sqlite')) {
      throw new DatabaseStartError(
        `The database ${path} was written by a newer Latchkey; start that version, or use another DATABASE_URL. Nothing was changed.`,
      );
    }
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
