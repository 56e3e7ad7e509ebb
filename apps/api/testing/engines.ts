import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a real PostgreSQL without a database name, such as `postgres://user:pass@127.0.0.1:5432`. */
    postgresServer: string;
  }
}

const executeOnPostgres = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
};

/**
 * The databases that every promise is tried on. `freshUrl` makes an empty one that no other test
 * knows; `execute` runs SQL on a connection of its own, as another program would.
 */
export const engines = [
  {
    name: 'SQLite',
    freshUrl: async (): Promise<string> => `file:${join(mkdtempSync(join(tmpdir(), 'latchkey-')), 'latchkey.db')}`,
    migrationsTable: '__drizzle_migrations',
    /** What somebody runs who owns the file. */
    withoutTriggers: (sql: string): string =>
      `DROP TRIGGER IF EXISTS events_not_changed; DROP TRIGGER IF EXISTS events_not_removed; ${sql}`,
    execute: async (url: string, sql: string): Promise<void> => {
      const connection = new BetterSqlite3(url.slice('file:'.length));
      connection.exec(sql);
      connection.close();
    },
  },
  {
    name: 'PostgreSQL',
    freshUrl: async (): Promise<string> => {
      const server = inject('postgresServer');
      const name = `latchkey_${randomUUID().replaceAll('-', '')}`;
      await executeOnPostgres(`${server}/postgres`, `CREATE DATABASE ${name}`);
      return `${server}/${name}`;
    },
    migrationsTable: 'drizzle.__drizzle_migrations',
    withoutTriggers: (sql: string): string => `ALTER TABLE events DISABLE TRIGGER USER; ${sql}`,
    execute: executeOnPostgres,
  },
] as const;

export type Engine = (typeof engines)[number];
