import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import type { MigrationScope } from './migrations.ts';
import { openSqlite } from './sqlite.ts';

type OnQuery = (sql: string) => void;
type OnNotice = (sentence: string) => void;

/** The path of `file:…`, which is SQLite; undefined for `postgres://…`, whose driver is loaded only when it is used. */
const pathOf = (url: string): string | undefined => {
  if (!url.startsWith('file:')) return undefined;
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
};

/**
 * Creates the tables of a new database, and with `all` updates those of an older one.
 * @param onNotice receives sentences for the operator: why the start waits
 * @throws DatabaseStartError if the database cannot be opened, or its tables do not fit afterwards
 */
export const migrateDatabase = async (
  url: string,
  scope: MigrationScope,
  onNotice: OnNotice = () => {},
): Promise<void> => {
  const path = pathOf(url);
  if (path !== undefined) return migrateSqlite(path, scope, onNotice);
  const { migratePostgres } = await import('./migrate-postgres.ts');
  return migratePostgres(url, scope, onNotice);
};

/**
 * Opens a database whose tables are up to date.
 * @param onQuery receives the text of each statement, never its values
 * @param onNotice receives sentences for the operator: what a pooler does not support
 */
export const connectDatabase = async (
  url: string,
  onQuery: OnQuery = () => {},
  onNotice: OnNotice = () => {},
): Promise<Database> => {
  const path = pathOf(url);
  if (path !== undefined) return openSqlite(path, onQuery);
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url, onQuery, onNotice);
};

/** Migrates and opens a database, as the server does when it starts. */
export const openDatabase = async (url: string, onQuery?: OnQuery, onNotice?: OnNotice): Promise<Database> => {
  await migrateDatabase(url, 'all', onNotice);
  return connectDatabase(url, onQuery, onNotice);
};
