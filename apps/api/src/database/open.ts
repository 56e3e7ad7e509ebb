import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Opens the database that `url` names (`file:…` is SQLite, `postgres://…` PostgreSQL) and brings its tables up to date.
 * @param onQuery is told the text of each statement, never its values
 * @throws DatabaseStartError where it cannot be opened, or was written by a newer Latchkey
 */
export const openDatabase = (url: string, onQuery: (sql: string) => void = () => {}): Promise<Database> =>
  url.startsWith('file:') ? openSqlite(url, onQuery) : openPostgres(url, onQuery);
