import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { batchPerTick } from './batch-per-tick.ts';
import { type Database, DatabaseStartError, type Preparable, type Read, type Write } from './database.ts';
import { databaseFileGone, withoutValues } from './faults.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { retryWhileLocked } from './retry-while-locked.ts';
import * as tables from './sqlite-tables.ts';

/** The page cache of the write connection. It serves keyed reads, too: a commit empties the caches of other connections. */
const cacheKibibytes = 32_768;

const pathOf = (url: string): string => (url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length));

/** Differs when another file has the same path; undefined if there is none. */
const fileIdOf = (path: string): string | undefined => {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev} ${file.ino}`;
};

const connect = (path: string, options?: BetterSqlite3.Options): BetterSqlite3.Database => {
  const connection = new BetterSqlite3(path, options);
  // The driver would wait for a lock inside the event loop; `retryWhileLocked` waits outside.
  connection.pragma('busy_timeout = 0');
  // Both apply to one connection only, and WAL would otherwise lower the second.
  connection.pragma('foreign_keys = ON');
  connection.pragma('synchronous = FULL');
  return connection;
};

/** Migrates the file, and opens the connection that writes and the one that reads. */
const openFile = async (path: string, onNotice: (sentence: string) => void) => {
  const untilFree = {
    milliseconds: Number.POSITIVE_INFINITY,
    onWait: () =>
      onNotice(`Another process has locked the database ${path}, perhaps to migrate it. Waiting until it is free.`),
  };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await retryWhileLocked(() => migrateSqlite(path), untilFree);
    const writer = await retryWhileLocked(() => connect(path));
    writer.pragma(`cache_size = -${cacheKibibytes}`);
    return { writer, reader: await retryWhileLocked(() => connect(path, { readonly: true })) };
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError(
      `The database ${path} cannot be opened (${error instanceof Error ? withoutValues(error).message : error}); check DATABASE_URL and the rights on that file and its folder.`,
      error,
    );
  }
};

/** Reads synchronously, so that no transaction begins between the choice of a connection and the read. */
const prepareSync = <Row>(query: Preparable<Row>) => query.prepare() as unknown as { all(values: object): Row[] };

export const openSqlite = async (
  url: string,
  onQuery: (sql: string) => void,
  onNotice: (sentence: string) => void,
): Promise<Database> => {
  const path = pathOf(url);
  const { writer, reader } = await openFile(path, onNotice);
  const fileId = fileIdOf(path);
  const logger = { logQuery: onQuery };
  const write = drizzle(writer, { logger }) as unknown as Write;
  const read = drizzle(reader, { logger }) as unknown as Read;
  const { transaction, idle } = createGroupCommit(writer, write);
  // One transaction writes at a time, so numbers follow the order of commits.
  const nextRevision = (column: SQLiteColumn) =>
    sql<number>`(select coalesce(max(${column}), 0) + 1 from ${column.table})`;

  return {
    tables,
    read,
    prepareKeyedRead(_name, build, keyOf) {
      // Not `= ?`: SQLite plans a join anew for each value that is compared with an indexed column, at five times the cost
      // (https://sqlite.org/c3ref/prepare.html, on SQLITE_ENABLE_STAT4).
      const hasKey = (column: SQLWrapper) =>
        sql`${column} in (select value from json_each(${sql.placeholder('keys')}))`;
      const onWriter = prepareSync(build(write, hasKey));
      // During a transaction the write connection would see rows that may still be rolled back.
      const onReader = prepareSync(build(read, hasKey));
      return batchPerTick(
        async (keys) => (writer.inTransaction ? onReader : onWriter).all({ keys: JSON.stringify(keys) }),
        keyOf,
      );
    },
    prepareWrite(_name, build) {
      const statement = build(write).prepare();
      return async (_write, values) => statement.execute(values);
    },
    revision: { next: nextRevision, settled: nextRevision },
    transaction,
    async probe() {
      reader.prepare('SELECT 1').get();
      // A deleted file that is still open works, and its data is lost at the next start.
      if (fileIdOf(path) !== fileId) throw new Error(databaseFileGone);
    },
    async close() {
      await idle();
      reader.close();
      writer.close();
    },
  };
};
