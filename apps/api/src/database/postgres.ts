import { type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { type Database, DatabaseStartError, type Preparable, type Read, type Write } from './database.ts';
import { type Columns, foundIn } from './found.ts';
import { latestMigration, migrationsFolder } from './migrations.ts';
import * as tables from './postgres-tables.ts';
import { together } from './together.ts';

/** Any number will do that no other program locks in the same database. */
const migrationLock = 0x1a7c4;

/** One process migrates at a time; the lock goes with the connection, so a killed process leaves none. */
const bringUpToDate = async (pool: pg.Pool): Promise<void> => {
  const client = await pool.connect();
  const database = drizzle(client);
  try {
    await database.execute(sql`SELECT pg_advisory_lock(${migrationLock})`);
    const known = await database.execute(sql`SELECT to_regclass('drizzle.__drizzle_migrations') AS found`);
    const applied = known.rows[0]?.found
      ? await database.execute(sql`SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations`)
      : undefined;
    if (Number(applied?.rows[0]?.last) > latestMigration('postgres')) {
      throw new DatabaseStartError(
        'The PostgreSQL database was written by a newer Latchkey; start that version, or use another DATABASE_URL. Nothing was changed.',
      );
    }
    await migrate(database, { migrationsFolder: migrationsFolder('postgres') });
  } finally {
    client.release(true);
  }
};

/** This dialect's `prepare` wants a name, under which the server keeps the plan for each connection. */
const prepared = <Row>(query: Preparable<Row>, name: string): ReturnType<Preparable<Row>['prepare']> =>
  (query as { prepare(name: string): ReturnType<Preparable<Row>['prepare']> }).prepare(name);

/** Selects moments as seconds since 1970: writing and reading a date takes both sides several times as long. */
const withEpochs = <Wanted extends Columns>(wanted: Wanted): Wanted => {
  const epoch = (column: SQLWrapper) => sql`date_part('epoch', ${column})`;
  const columnsOf = (columns: Columns[string]) =>
    Object.entries(columns).map(([name, column]) => [name, column.dataType === 'date' ? epoch(column) : column]);
  const tables = Object.entries(wanted).map(([table, columns]) => [table, Object.fromEntries(columnsOf(columns))]);
  return Object.fromEntries(tables);
};

/** The columns read everything else as the text that it is. */
const getTypeParser = (type: number) => (type === pg.types.builtins.FLOAT8 ? momentOf : String);
const momentOf = (epoch: string): Date => new Date(Math.round(Number(epoch) * 1000));

/**
 * One connection over which each question is sent before the last one is answered: nobody waits for the way there and back. A
 * connection that died is made anew for the next question.
 */
const openPipeline = (settings: pg.ClientConfig) => {
  let isClosed = false;
  let open: Promise<pg.Client> | undefined;
  const connect = async (): Promise<pg.Client> => {
    // Alive for long: a firewall between must not forget it when nobody reads for a while.
    const client = new pg.Client({ ...settings, pipeline: true, keepAlive: true, keepAliveInitialDelayMillis: 60_000 });
    // Who asked is told by the question; without a listener this would end the process.
    client.on('error', () => {});
    client.once('end', () => {
      open = undefined;
    });
    await client.connect();
    return client;
  };
  return {
    async ask(question: pg.QueryArrayConfig): Promise<unknown[][]> {
      if (isClosed) throw new Error('The database connection is not open');
      open ??= connect();
      const { rows } = await (await open).query<unknown[]>(question);
      return rows;
    },
    async close(): Promise<void> {
      isClosed = true;
      await (await open?.catch(() => undefined))?.end();
    },
  };
};

export const openPostgres = async (url: string, onQuery: (sql: string) => void): Promise<Database> => {
  const settings = { connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000 };
  const pool = new pg.Pool(settings);
  // A connection that dies says so here, idle or in use; without a listener that would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await bringUpToDate(pool);
  } catch (error) {
    await pool.end();
    if (error instanceof DatabaseStartError) throw error;
    const { hostname, port, pathname } = new URL(url);
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new DatabaseStartError(
      `The PostgreSQL database ${pathname.slice(1)} on ${hostname}:${port || 5432} cannot be opened (${reason}); check DATABASE_URL.`,
      error,
    );
  }
  const pipeline = openPipeline(settings);
  const logger = { logQuery: onQuery };
  const read = drizzle(pool, { logger }) as unknown as Read;
  const writes = new WeakMap<pg.PoolClient, Write>();
  const writeOn = (client: pg.PoolClient): Write => {
    const write = writes.get(client) ?? (drizzle(client, { logger }) as unknown as Write);
    writes.set(client, write);
    return write;
  };

  return {
    tables,
    read,
    prepareFind(name, wanted, build, keyOf) {
      const isAsked = (column: SQLWrapper) => sql`${column} = any(${sql.placeholder('keys')}::text[])`;
      const { sql: text } = build(read.select(withEpochs(wanted)), isAsked).toSQL();
      const found = foundIn(wanted);
      const query = { name, text, rowMode: 'array', types: { getTypeParser } } as const;
      return together(async (keys) => {
        onQuery(text);
        return (await pipeline.ask({ ...query, values: [keys] })).map(found);
      }, keyOf);
    },
    prepareWrite(name, build) {
      const queries = new WeakMap<Write, ReturnType<ReturnType<typeof build>['prepare']>>();
      return async (write, values) => {
        const query = queries.get(write) ?? prepared(build(write), name);
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
    // Not drizzle's own: it keeps the connection for ever where BEGIN fails, and ten such leave none.
    async transaction(work) {
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
    },
    async probe() {
      await pool.query('SELECT 1');
    },
    async close() {
      await Promise.all([pipeline.close(), pool.end()]);
    },
  };
};
