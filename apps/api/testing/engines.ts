import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a real PostgreSQL without a database name, such as `postgres://user:pass@127.0.0.1:5432`. */
    postgresServer: string;
    /** The folder for the files of tests. Removed at the end of the run. */
    scratchFolder: string;
  }
}

const executeOnPostgres = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
};

const pathOf = (url: string): string => url.slice('file:'.length);
const newSqliteUrl = (): string => `file:${join(mkdtempSync(join(inject('scratchFolder'), 'sqlite-')), 'latchkey.db')}`;

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
const createOnPostgres = async (server: string, template: string): Promise<string> => {
  const name = `latchkey_${randomUUID().replaceAll('-', '')}`;
  // FILE_COPY copies files; the default writes each page to the log first and takes twice as long.
  await executeOnPostgres(`${server}/postgres`, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  return `${server}/${name}`;
};

/** @param serverOf returns the URL of a server without a database */
export const postgresOn = (serverOf: () => string) => ({
  name: 'PostgreSQL' as const,
  freshUrl: (): Promise<string> => createOnPostgres(serverOf(), 'template1'),
  copyOf: (url: string): Promise<string> => createOnPostgres(serverOf(), nameOf(url)),
  migrationsTable: 'drizzle.__drizzle_migrations',
  withoutTriggers: (sql: string): string => `ALTER TABLE events DISABLE TRIGGER USER; ${sql}`,
  execute: executeOnPostgres,
});

/**
 * The databases that every test runs on. `freshUrl` creates an empty one for one test; `copyOf` copies one that has no open
 * connections; `execute` runs SQL on a separate connection, as another program would.
 */
export const engines = [
  {
    name: 'SQLite',
    freshUrl: async (): Promise<string> => newSqliteUrl(),
    copyOf: async (url: string): Promise<string> => {
      const copy = newSqliteUrl();
      copyFileSync(pathOf(url), pathOf(copy));
      return copy;
    },
    migrationsTable: '__drizzle_migrations',
    /** SQL that only the owner of the database can run. */
    withoutTriggers: (sql: string): string =>
      `DROP TRIGGER IF EXISTS events_not_changed; DROP TRIGGER IF EXISTS events_not_removed; ${sql}`,
    execute: async (url: string, sql: string): Promise<void> => {
      const connection = new BetterSqlite3(pathOf(url));
      connection.exec(sql);
      connection.close();
    },
  },
  postgresOn(() => inject('postgresServer')),
] as const;

export type Engine = (typeof engines)[number];
