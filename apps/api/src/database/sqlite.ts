import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { batchPerTick } from './batch-per-tick.ts';
import { type Database, DatabaseStartError, type Preparable, type Read, type Write } from './database.ts';
import { databaseFileGone, hasCode, withoutValues } from './faults.ts';
import { latestMigration, migrationsFolder } from './migrations.ts';
import * as tables from './sqlite-tables.ts';

/** How long a write waits for another process that holds the lock. */
const lockWaitMilliseconds = 5_000;

/**
 * What the connection that commits remembers of the file, in KiB at the most. It answers finds, too: any other forgets all that it
 * has read whenever this one commits.
 */
const rememberedKibibytes = 32_768;

/** How many transactions may share a commit: more would keep reads waiting. */
const maxPerCommit = 64;

const pathOf = (url: string): string => (url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length));

/** What tells one file from another of the same name; undefined if there is none. */
const fileNumberOf = (path: string): string | undefined => {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev} ${file.ino}`;
};

const isBusy = (error: unknown): boolean => hasCode(error, /^SQLITE_BUSY/);

type Wait = { readonly milliseconds: number; readonly onWait: () => void };

/** Tries again while another process holds the lock; it waits outside the event loop. */
const retryWhileLocked = async <Result>(
  work: () => Result,
  { milliseconds, onWait }: Wait = { milliseconds: lockWaitMilliseconds, onWait: () => {} },
): Promise<Result> => {
  const deadline = performance.now() + milliseconds;
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    if (attempt === 1) onWait();
    await sleep(10);
  }
};

const connect = (path: string, options?: BetterSqlite3.Options): BetterSqlite3.Database => {
  const connection = new BetterSqlite3(path, options);
  // The driver waits for a lock inside the event loop, so it may not wait at all; `patiently` does.
  connection.pragma('busy_timeout = 0');
  // Both hold for one connection only, and WAL would otherwise lower the second.
  connection.pragma('foreign_keys = ON');
  connection.pragma('synchronous = FULL');
  return connection;
};

/** When the last migration was made that the database has. */
const appliedMigration = (connection: BetterSqlite3.Database): number => {
  const isNew = !connection.prepare(`SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'`).get();
  if (isNew) return 0;
  return Number(connection.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get());
};

/** On a connection of its own, without foreign keys: a migration that rebuilds a table must not cascade. */
const bringUpToDate = (path: string): void => {
  const connection = new BetterSqlite3(path, { timeout: 0 });
  try {
    if (appliedMigration(connection) > latestMigration('sqlite')) {
      throw new DatabaseStartError(
        `The database ${path} was written by a newer Latchkey; start that version, or use another DATABASE_URL. Nothing was changed.`,
      );
    }
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = OFF');
    for (;;) {
      const before = appliedMigration(connection);
      try {
        migrate(drizzle(connection), { migrationsFolder: migrationsFolder('sqlite') });
        return;
      } catch (error) {
        // drizzle looks what is missing before it takes the lock: another process may have made it in between.
        if (appliedMigration(connection) === before) throw error;
      }
    }
  } finally {
    connection.close();
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
  const untilFree: Wait = {
    milliseconds: Number.POSITIVE_INFINITY,
    onWait: () =>
      onNotice(`Another process has locked the database ${path}, perhaps to migrate it. Waiting until it is free.`),
  };
  let writer: BetterSqlite3.Database;
  let reader: BetterSqlite3.Database;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await retryWhileLocked(() => bringUpToDate(path), untilFree);
    writer = await retryWhileLocked(() => connect(path));
    writer.pragma(`cache_size = -${rememberedKibibytes}`);
    reader = await retryWhileLocked(() => connect(path, { readonly: true }));
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    throw new DatabaseStartError(
      `The database ${path} cannot be opened (${error instanceof Error ? withoutValues(error).message : error}); check DATABASE_URL and the rights on that file and its folder.`,
      error,
    );
  }
  const fileNumber = fileNumberOf(path);
  // One transaction writes at a time, so numbers are given in the order of commits.
  const nextRevision = (column: SQLiteColumn) =>
    sql<number>`(select coalesce(max(${column}), 0) + 1 from ${column.table})`;
  const logger = { logQuery: onQuery };
  const write = drizzle(writer, { logger }) as unknown as Write;
  const read = drizzle(reader, { logger }) as unknown as Read;

  // Said for each transaction, and not for a lot of them: read by SQLite once.
  const open = writer.prepare('SAVEPOINT work');
  const keep = writer.prepare('RELEASE work');

  type Work = { run(): Promise<() => void>; fail(error: unknown): void };
  const waiting: Work[] = [];
  let committing: Promise<void> | undefined;

  /** What waits is committed together: the disk is asked once for all, and nobody is answered before it said yes. */
  const commit = async (works: readonly Work[]): Promise<void> => {
    try {
      await retryWhileLocked(() => writer.exec('BEGIN IMMEDIATE'));
      const answers: (() => void)[] = [];
      for (const { run } of works) answers.push(await run());
      writer.exec('COMMIT');
      for (const answer of answers) answer();
    } catch (error) {
      if (writer.inTransaction) writer.exec('ROLLBACK');
      for (const { fail } of works) fail(error);
    }
  };

  const commitWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      // What has arrived by now is heard first; and reads are, between one lot and the next.
      await new Promise(setImmediate);
      await commit(waiting.splice(0, maxPerCommit));
    }
    committing = undefined;
  };

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
      // There is one connection that writes.
      const query = build(write).prepare();
      return async (_write, values) => query.execute(values);
    },
    revision: { next: nextRevision, settled: nextRevision },
    transaction: (work) =>
      new Promise((resolve, fail) => {
        const run = async () => {
          open.run();
          try {
            const result = await work(write);
            keep.run();
            return () => resolve(result);
          } catch (error) {
            // A full disk and the like have taken back everything, of the others, too.
            if (!writer.inTransaction) throw error;
            writer.exec('ROLLBACK TO work; RELEASE work');
            return () => fail(error);
          }
        };
        waiting.push({ run, fail });
        committing ??= commitWaiting();
      }),
    async probe() {
      reader.prepare('SELECT 1').get();
      // An open file outlives its deletion: everything would work, and be lost at the next start.
      if (fileNumberOf(path) !== fileNumber) throw new Error(databaseFileGone);
    },
    async close() {
      await committing;
      reader.close();
      writer.close();
    },
  };
};
