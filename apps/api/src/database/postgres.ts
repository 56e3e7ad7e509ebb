import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { type Database, DatabaseStartError, type Preparable, type Read, type Write } from './database.ts';
import { hasCode } from './faults.ts';
import { type Columns, foundIn } from './found.ts';
import { migratePostgres, type Notify, nameOf } from './migrate-postgres.ts';
import { openPipeline } from './postgres-pipeline.ts';
import * as tables from './postgres-tables.ts';
import { batchPerTick } from './together.ts';

/**
 * A pooler that gives each transaction any of its connections (PgBouncer before 1.21, pool_mode = transaction) loses prepared
 * statements, or finds one of another client under the name. PostgreSQL reports both before anything has run.
 */
const isStatementLost = (error: unknown): boolean => hasCode(error, /^(26000|42P05)$/);

/** This dialect's `prepare` wants a name, under which the server keeps the plan for each connection. */
const prepared = <Row>(query: Preparable<Row>, name: string): ReturnType<Preparable<Row>['prepare']> =>
  (query as { prepare(name: string): ReturnType<Preparable<Row>['prepare']> }).prepare(name);

/** Selects moments as seconds since 1970: writing and reading a date takes both sides several times as long. */
const withEpochs = <Selection extends Columns>(wanted: Selection): Selection => {
  const epoch = (column: SQLWrapper) => sql`date_part('epoch', ${column})`;
  const columnsOf = (columns: Columns[string]) =>
    Object.entries(columns).map(([name, column]) => [name, column.dataType === 'date' ? epoch(column) : column]);
  const tables = Object.entries(wanted).map(([table, columns]) => [table, Object.fromEntries(columnsOf(columns))]);
  return Object.fromEntries(tables);
};

/** The columns read everything else as the text that it is. */
const getTypeParser = (type: number) => (type === pg.types.builtins.FLOAT8 ? momentOf : String);
const momentOf = (epoch: string): Date => new Date(Math.round(Number(epoch) * 1000));

export const openPostgres = async (
  url: string,
  onQuery: (sql: string) => void,
  onNotice: Notify,
): Promise<Database> => {
  const settings = { connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000 };
  try {
    await migratePostgres(url, settings, onNotice);
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new DatabaseStartError(
      `The PostgreSQL database ${nameOf(url)} cannot be opened (${reason}); check DATABASE_URL.`,
      error,
    );
  }
  const pool = new pg.Pool(settings);
  // A connection that dies says so here, idle or in use; without a listener that would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const pipeline = openPipeline(settings);
  const logger = { logQuery: onQuery };
  const read = drizzle(pool, { logger }) as unknown as Read;
  let writes = new WeakMap<pg.PoolClient, Write>();
  const writeOn = (client: pg.PoolClient): Write => {
    const write = writes.get(client) ?? (drizzle(client, { logger }) as unknown as Write);
    writes.set(client, write);
    return write;
  };

  // Statements have names, under which the server keeps their plans, until one of them is lost.
  let hasNames = true;
  /** Gives names up for the life of this process when one is lost, and does the work again. */
  const repeatWithoutNames = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      if (!isStatementLost(error)) throw error;
      if (hasNames)
        onNotice('The PostgreSQL pooler loses prepared statements. Going on without them, a little slower.');
      hasNames = false;
      // What was prepared with a name is prepared again.
      writes = new WeakMap();
      return work();
    }
  };

  // Not drizzle's own: it keeps the connection for ever where BEGIN fails, and ten such leave none.
  const runTransaction = async <Result>(work: (write: Write) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(writeOn(client));
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  };

  return {
    tables,
    read,
    prepareKeyedRead(name, wanted, build, keyOf) {
      const matchesKey = (column: SQLWrapper) => sql`${column} = any(${sql.placeholder('keys')}::text[])`;
      const { sql: text } = build(read.select(withEpochs(wanted)), matchesKey).toSQL();
      const found = foundIn(wanted);
      const query = { text, rowMode: 'array', types: { getTypeParser } } as const;
      const ask = (keys: readonly string[]) => pipeline.ask({ ...query, name: hasNames ? name : '', values: [keys] });
      return batchPerTick(async (keys) => {
        onQuery(text);
        return (await repeatWithoutNames(() => ask(keys))).map(found);
      }, keyOf);
    },
    prepareWrite(name, build) {
      const queries = new WeakMap<Write, ReturnType<ReturnType<typeof build>['prepare']>>();
      return async (write, values) => {
        const query = queries.get(write) ?? prepared(build(write), hasNames ? name : '');
        queries.set(write, query);
        return query.execute(values);
      };
    },
    // Numbers of transactions; those below the first that is still running are settled. A sequence would not do: its
    // numbers become visible out of order (https://www.postgresql.org/docs/current/functions-info.html, pg_snapshot_xmin).
    revision: {
      next: () => sql<number>`pg_current_xact_id()::text::bigint`,
      settled: () => sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`.mapWith(Number),
    },
    transaction: (work) => repeatWithoutNames(() => runTransaction(work)),
    async probe() {
      await pool.query('SELECT 1');
    },
    async close() {
      await Promise.all([pipeline.close(), pool.end()]);
    },
  };
};
