import type { Database } from './database.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Opens the database that `url` names (`file:…` is SQLite, `postgres://…` PostgreSQL) and brings its tables up to date.
 * @param onQuery is told the text of each statement, never its values
 * @param onNotice receives sentences for the operator: what the start waits for, and what the database cannot do
 * @throws DatabaseStartError where it cannot be opened, or was written by a newer Latchkey
 */
export const openDatabase = async (
  url: string,
  onQuery: (sql: string) => void = () => {},
  onNotice: (sentence: string) => void = () => {},
): Promise<Database> => {
  if (url.startsWith('file:')) return openSqlite(url, onQuery, onNotice);
  // Its driver is loaded by those who use it.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(url, onQuery, onNotice);
};
