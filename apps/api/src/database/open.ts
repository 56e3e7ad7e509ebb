import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import type { MigrationScope } from './migrations.ts';
import { openSqlite } from './sqlite.ts';

type OnNotice = (sentence: string) => void;
type Options = {
  /** Receives the text of each statement, never its values. */
  readonly onQuery?: (sql: string) => void;
  /** Receives sentences for the operator: why the start waits, what a pooler does not support. */
  readonly onNotice?: OnNotice;
  /** How long a request waits for a lock or a connection before it gets a 503. Tests wait longer: they measure no speed. */
  readonly waitMilliseconds?: number;
  /** For PostgreSQL: how many connections, and whether a pooler gives each transaction another one. */
  readonly poolSize?: number;
  readonly hasTransactionPooler?: boolean;
};

/** The path of `file:…`, which is SQLite; undefined for `postgres://…`, whose driver is loaded only when it is used. */
export const pathOf = (url: string): string | undefined => {
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

/** Opens a database whose tables are up to date. */
export const connectDatabase = async (
  url: string,
  {
    onQuery = () => {},
    onNotice = () => {},
    waitMilliseconds = 5_000,
    poolSize = 10,
    hasTransactionPooler = false,
  }: Options = {},
): Promise<Database> => {
  const path = pathOf(url);
  if (path !== undefined) return openSqlite(path, onQuery, waitMilliseconds);
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url, onQuery, onNotice, { waitMilliseconds, poolSize, hasNames: !hasTransactionPooler });
};

/** Migrates and opens a database, as the server does when it starts. */
export const openDatabase = async (url: string, options: Options = {}): Promise<Database> => {
  await migrateDatabase(url, 'all', options.onNotice);
  return connectDatabase(url, options);
};
