import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { batchPerTick } from './batch-per-tick.ts';
import type { Database, Read, Write } from './database.ts';
import { hasCode } from './faults.ts';
import { type Notify, settingsOf } from './migrate-postgres.ts';
import { createPipeline } from './postgres-pipeline.ts';
import { createStatements } from './postgres-statements.ts';
import { tables } from './postgres-tables.ts';

type PostgresOptions = {
  readonly waitMilliseconds: number;
  /** The maximum of connections for transactions and reads. One more serves keyed reads. */
  readonly poolSize: number;
  /** Whether statements are prepared under names, which poolers may lose. */
  readonly hasNames: boolean;
};

export const openPostgres = async (
  url: string,
  onQuery: (sql: string) => void,
  onNotice: Notify,
  { waitMilliseconds, poolSize, hasNames }: PostgresOptions,
): Promise<Database> => {
  const settings = settingsOf(url, waitMilliseconds);
  const pool = new pg.Pool({ ...settings, max: poolSize });
  // A lost connection emits an error, idle or in use. Without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const pipeline = createPipeline(settings);
  const logger = { logQuery: onQuery };
  const statements = createStatements(logger, onNotice, hasNames);

  // Not drizzle's own: it never returns a connection on which BEGIN failed, and the pool has ten.
  const runTransaction = async <Result>(work: (write: Write) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(statements.on(client));
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // A server that became a standby refuses writes on this connection for as long as it lasts.
      const isStandby = hasCode(error, /^25006$/);
      await client.query('ROLLBACK').then(
        () => client.release(isStandby),
        () => client.release(true),
      );
      throw error;
    }
  };

  return {
    tables,
    read: drizzle(pool, { logger }) as unknown as Read,
    prepareKeyedRead(name, build, keyOf) {
      const hasKey = (column: SQLWrapper) => sql`${column} = any(${sql.placeholder('keys')}::text[])`;
      const statement = statements.prepare(name, (read) => build(read, hasKey));
      const readRows = async (keys: readonly string[]) =>
        statement(statements.on(await pipeline.connection())).execute({ keys });
      return batchPerTick((keys) => statements.repeatIfLost(() => readRows(keys)), keyOf);
    },
    prepareWrite(name, build) {
      const statement = statements.prepare(name, build);
      return async (write, values) => statement(write).execute(values);
    },
    // Numbers of transactions; those below the first that is still running are settled. A sequence would not do: its
    // numbers become visible out of order (https://www.postgresql.org/docs/current/functions-info.html, pg_snapshot_xmin).
    revision: {
      next: () => sql<number>`pg_current_xact_id()::text::bigint`,
      settled: () => sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`.mapWith(Number),
    },
    transaction: (work) => statements.repeatIfLost(() => runTransaction(work)),
    connections: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async probe() {
      await pool.query('SELECT 1');
    },
    async close() {
      await Promise.all([pipeline.close(), pool.end()]);
    },
  };
};
