import type { Database } from './database.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Opens and migrates the database at `url`: `file:…` is SQLite, `postgres://…` is PostgreSQL.
 * @param onQuery receives the text of each statement, never its values
 * @param onNotice receives sentences for the operator: why the start waits, and what a pooler does not support
 * @throws DatabaseStartError if it cannot be opened, or was written by a newer Latchkey
 */
export const openDatabase = async (
  url: string,
  onQuery: (sql: string) => void = () => {},
  onNotice: (sentence: string) => void = () => {},
): Promise<Database> => {
  if (url.startsWith('file:')) return openSqlite(url, onQuery, onNotice);
  // The driver is loaded only when it is used.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url, onQuery, onNotice);
};
