import { closeSync, fsyncSync, openSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Read, Write } from './database.ts';
import { pathOf } from './open.ts';
import { retryWhileLocked } from './retry-while-locked.ts';
import type { Tables } from './schema.ts';

/** One side of a copy. */
export type Source = { readonly tables: Tables; readonly read: Read; readonly close: () => Promise<void> };
export type Target = {
  readonly tables: Tables;
  readonly read: Read;
  /** Commits all of `work` or none of it. */
  readonly transaction: (work: (write: Write) => Promise<void>) => Promise<void>;
  /** Makes what was written durable. */
  readonly finish: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Makes a file, or a change of its name, survive a loss of power. */
export const syncPath = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const openSqliteSource = async (path: string): Promise<Source> => {
  const { tables } = await import('./sqlite-tables.ts');
  const connection = new BetterSqlite3(path);
  // A lock for writing is a snapshot, too.
  await retryWhileLocked(() => connection.exec('BEGIN IMMEDIATE'), { milliseconds: 60_000 });
  return {
    tables,
    read: drizzle(connection) as unknown as Read,
    async close() {
      connection.exec('ROLLBACK');
      connection.close();
    },
  };
};

const openSqliteTarget = async (path: string): Promise<Target> => {
  const { tables } = await import('./sqlite-tables.ts');
  const connection = new BetterSqlite3(path);
  // Nothing is lost if the machine stops: the copy continues, or begins again.
  connection.pragma('synchronous = OFF');
  const database = drizzle(connection);
  return {
    tables,
    read: database as unknown as Read,
    async transaction(work) {
      connection.exec('BEGIN');
      try {
        await work(database as unknown as Write);
        connection.exec('COMMIT');
      } catch (error) {
        connection.exec('ROLLBACK');
        throw error;
      }
    },
    async finish() {
      const violations = connection.pragma('foreign_key_check') as unknown[];
      if (violations.length > 0) throw new Error(`${violations.length} rows refer to rows that are missing`);
      connection.pragma('wal_checkpoint(TRUNCATE)');
      syncPath(path);
    },
    close: async () => void connection.close(),
  };
};

const openPostgres = async (url: string) => {
  const [{ default: pg }, { drizzle }, { tables }] = await Promise.all([
    import('pg'),
    import('drizzle-orm/node-postgres'),
    import('./postgres-tables.ts'),
  ]);
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return { client, database: drizzle(client), tables };
};

const openPostgresSource = async (url: string, isLocked: boolean): Promise<Source> => {
  const { client, database, tables } = await openPostgres(url);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  if (isLocked) {
    const { getTableName } = await import('drizzle-orm');
    const names = Object.values(tables).map((table) => `"${getTableName(table)}"`);
    await client.query(`LOCK TABLE ${names.join(', ')} IN SHARE MODE`);
  }
  return { tables, read: database as unknown as Read, close: () => client.end() };
};

const openPostgresTarget = async (url: string): Promise<Target> => {
  const { client, database, tables } = await openPostgres(url);
  return {
    tables,
    read: database as unknown as Read,
    async transaction(work) {
      await client.query('BEGIN');
      try {
        await work(database as unknown as Write);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      }
    },
    finish: async () => {},
    close: () => client.end(),
  };
};

/** Opens a database to read all of it, as it is now. With `isLocked` nobody can write until `close`. */
export const openSource = async (url: string, { isLocked }: { readonly isLocked: boolean }): Promise<Source> => {
  const path = pathOf(url);
  return path === undefined ? openPostgresSource(url, isLocked) : openSqliteSource(path);
};

/** Opens a database that has its tables, to write rows into it. */
export const openTarget = async (url: string): Promise<Target> => {
  const path = pathOf(url);
  return path === undefined ? openPostgresTarget(url) : openSqliteTarget(path);
};
