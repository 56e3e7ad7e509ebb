import { statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { batchPerTick } from './batch-per-tick.ts';
import type { Database, Preparable, Read, Write } from './database.ts';
import { databaseFileGone } from './faults.ts';
import { createGroupCommit } from './group-commit.ts';
import { openOrExplain } from './migrate-sqlite.ts';
import { retryWhileLocked } from './retry-while-locked.ts';
import { tables } from './sqlite-tables.ts';

/** The page cache of the write connection. It serves keyed reads, too: a commit empties the caches of other connections. */
const cacheKibibytes = 32_768;

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

/** Opens the connection that writes and the one that reads. */
const openFile = (path: string, milliseconds: number) =>
  openOrExplain(path, async () => {
    const writer = await retryWhileLocked(() => connect(path), { milliseconds });
    writer.pragma(`cache_size = -${cacheKibibytes}`);
    return { writer, reader: await retryWhileLocked(() => connect(path, { readonly: true }), { milliseconds }) };
  });

/** Reads synchronously, so that no transaction begins between the choice of a connection and the read. */
const prepareSync = <Row>(query: Preparable<Row>) => query.prepare() as unknown as { all(values: object): Row[] };

export const openSqlite = async (
  path: string,
  onQuery: (sql: string) => void,
  waitMilliseconds: number,
): Promise<Database> => {
  const { writer, reader } = await openFile(path, waitMilliseconds);
  const fileId = fileIdOf(path);
  const logger = { logQuery: onQuery };
  const write = drizzle(writer, { logger }) as unknown as Write;
  const read = drizzle(reader, { logger }) as unknown as Read;
  const { transaction, idle } = createGroupCommit(writer, write, waitMilliseconds);
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
    connections: () => ({}),
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
