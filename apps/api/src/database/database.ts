import type { SQL, SQLWrapper } from 'drizzle-orm';
import type { BaseSQLiteDatabase, SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { OperatorError } from '../operator-error.ts';
import type { Tables } from './schema.ts';

type Drizzle = BaseSQLiteDatabase<'async', unknown>;

/** The query builders that both dialects share. Always `await` a query: `.get()` and `.all()` exist only on SQLite. */
export type Read = Pick<Drizzle, 'select'>;
export type Write = Pick<Drizzle, 'select' | 'insert' | 'update' | 'delete'>;

export type Preparable<Row> = { prepare(): { execute(values?: Record<string, unknown>): PromiseLike<Row[]> } };

export type Database = {
  readonly tables: Tables;
  /** Reads outside of transactions; never waits for a writer. */
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
  /** Prepares a statement for use in transactions; `build` names its values with `sql.placeholder`. */
  prepareWrite<Row>(
    name: string,
    build: (write: Write) => Preparable<Row>,
  ): (write: Write, values: Record<string, unknown>) => Promise<Row[]>;
  /**
   * Numbers the changes of a table, so that a reader that continues after the last number misses none, even if a
   * transaction commits late.
   */
  readonly revision: {
    /** The number of a change in the current transaction. */
    next(column: SQLiteColumn): SQL<number>;
    /** The same read sees every change with a lower number. */
    settled(column: SQLiteColumn): SQL<number>;
  };
  /**
   * Commits all of `work` or none of it. `work` may run twice, so it must change only the database. It must await only its
   * own queries: on SQLite other writers wait for it.
   */
  transaction<Result>(work: (write: Write) => Promise<Result>): Promise<Result>;
  /** The connections of a pool by state: `used`, `idle`, and the calls that are `waiting` for one. Empty without a pool. */
  connections(): Readonly<Record<string, number>>;
  /** Throws a database fault if the database does not answer, or its file was replaced. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

/** The database cannot be opened. The message is one sentence for the operator. */
export class DatabaseStartError extends OperatorError {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseStartError';
  }
}
