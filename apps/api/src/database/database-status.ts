import { statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { appliedOnPostgres } from './migrate-postgres.ts';
import { appliedMigration } from './migrate-sqlite.ts';
import { missingMigrations } from './migrations.ts';
import { pathOf } from './open.ts';

export type DatabaseStatus = {
  readonly engine: string;
  readonly bytes: number;
  /** Migrations of this code that the database does not have; undefined if it has newer ones. */
  readonly missingMigrations: number | undefined;
  readonly users: number;
  readonly liveSessions: number;
  readonly lastBackupAt: Date | undefined;
  /** Of SQLite: https://sqlite.org/pragma.html#pragma_journal_mode */
  readonly journalMode?: string;
  /** The clock of a database that is a server of its own. */
  readonly now?: Date;
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Reads without the typed tables: the database may be older than the code. Undefined if there is no database yet. */
const ofSqlite = (path: string): DatabaseStatus | undefined => {
  if (sizeOf(path) === 0) return undefined;
  const connection = new BetterSqlite3(path, { readonly: true });
  try {
    const applied = appliedMigration(connection);
    if (applied === 0) return undefined;
    const one = (sql: string, ...values: unknown[]): unknown =>
      connection
        .prepare(sql)
        .pluck()
        .get(...values);
    const hasMarks = one(`SELECT 1 FROM sqlite_master WHERE name = 'marks'`) !== undefined;
    const backup = hasMarks ? one(`SELECT at FROM marks WHERE name = 'backup'`) : undefined;
    return {
      engine: `SQLite ${one('SELECT sqlite_version()')}`,
      bytes: sizeOf(path) + sizeOf(`${path}-wal`),
      missingMigrations: missingMigrations(applied, 'sqlite'),
      users: Number(one('SELECT count(*) FROM users')),
      liveSessions: Number(one('SELECT count(*) FROM sessions WHERE ended_at IS NULL AND expires_at > ?', Date.now())),
      lastBackupAt: backup === undefined ? undefined : new Date(Number(backup)),
      journalMode: String(one('PRAGMA journal_mode')),
    };
  } finally {
    connection.close();
  }
};

const ofPostgres = async (url: string): Promise<DatabaseStatus | undefined> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await appliedOnPostgres(client);
    if (applied === 0) return undefined;
    const one = async (sql: string) => (await client.query(sql)).rows[0]?.value;
    const hasMarks = (await one(`SELECT to_regclass('marks') AS value`)) !== null;
    return {
      engine: `PostgreSQL ${String(await one("SELECT current_setting('server_version') AS value")).split(' ')[0]}`,
      bytes: Number(await one('SELECT pg_database_size(current_database()) AS value')),
      missingMigrations: missingMigrations(applied, 'postgres'),
      users: Number(await one('SELECT count(*) AS value FROM users')),
      liveSessions: Number(
        await one('SELECT count(*) AS value FROM sessions WHERE ended_at IS NULL AND expires_at > now()'),
      ),
      lastBackupAt: hasMarks ? await one(`SELECT at AS value FROM marks WHERE name = 'backup'`) : undefined,
      now: await one('SELECT clock_timestamp() AS value'),
    };
  } finally {
    await client.end();
  }
};

/** The state of a database, which may be of an older version; undefined if it has no tables yet. */
export const databaseStatus = async (url: string): Promise<DatabaseStatus | undefined> => {
  const path = pathOf(url);
  return path === undefined ? ofPostgres(url) : ofSqlite(path);
};
