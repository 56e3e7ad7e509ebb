import type { SQL, SQLWrapper } from 'drizzle-orm';
import type { BaseSQLiteDatabase, SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { OperatorError } from '../operator-error.ts';
import type { Tables } from './schema.ts';

type Drizzle = BaseSQLiteDatabase<'async', unknown>;

/** What both dialects share and await alike. Only `await` a query: `.get()` and `.all()` are SQLite's alone. */
export type Read = Pick<Drizzle, 'select'>;
export type Write = Pick<Drizzle, 'select' | 'insert' | 'update' | 'delete'>;

export type Preparable<Row> = { prepare(): { execute(values?: Record<string, unknown>): PromiseLike<Row[]> } };

export type Database = {
  readonly tables: Tables;
  /** Outside any transaction; never waits for a writer. */
  readonly read: Read;
  /**
   * Prepares a read of one row by its key. The keys that are asked for in one turn of the event loop share a statement.
   * @param build makes the query; `hasKey` is its only condition with a value
   */
  prepareKeyedRead<Row>(
    name: string,
    build: (read: Read, hasKey: (column: SQLWrapper) => SQL) => Preparable<Row>,
    keyOf: (row: Row) => string,
  ): (key: string) => Promise<Row | undefined>;
  /** Prepares a write that is run within transactions; `build` names the values with `sql.placeholder`. */
  prepareWrite<Row>(
    name: string,
    build: (write: Write) => Preparable<Row>,
  ): (write: Write, values: Record<string, unknown>) => Promise<Row[]>;
  /**
   * Numbers the changes of a table, so that a reader that continues where it stopped misses none, however late a
   * transaction commits.
   */
  readonly revision: {
    /** The number of a change that is made now, inside a transaction. */
    next(column: SQLiteColumn): SQL<number>;
    /** Every change with a lower number is visible in the same read. */
    settled(column: SQLiteColumn): SQL<number>;
  };
  /**
   * All of `work` or nothing of it. It may run twice, so it must change nothing but the database. What `work` awaits must
   * be its own queries only: on SQLite other writers wait.
   */
  transaction<Result>(work: (write: Write) => Promise<Result>): Promise<Result>;
  /** Throws a fault if the database does not answer, or is no longer the file that was opened. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

/** The database cannot be used at all; the message is one sentence for the operator. */
export class DatabaseStartError extends OperatorError {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseStartError';
  }
}
