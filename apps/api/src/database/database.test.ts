import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Engine, engines } from '../../testing/engines.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { type Database, DatabaseStartError } from './database.ts';
import { hasCode } from './faults.ts';
import { migrationLock } from './migrate-postgres.ts';
import { connectDatabase, migrateDatabase, openDatabase } from './open.ts';

const open = async (engine: Engine, url?: string) => {
  const database = await openDatabase(url ?? (await engine.freshUrl()));
  onTestFinished(() => database.close());
  return database;
};

/** A row of the simplest table. */
const attempt = (key: string, count = 1) => ({
  key,
  count,
  until: new Date('2026-01-01T00:00:00.001Z'),
  retryAt: null,
});

const findAttempt = ({ tables: { rateLimits }, prepareKeyedRead }: Database) =>
  prepareKeyedRead(
    'attempt_by_key',
    (read, hasKey) => read.select().from(rateLimits).where(hasKey(rateLimits.key)),
    ({ key }) => key,
  );

/** Holds the lock of a migrating process until it is released. */
const holdMigrations = {
  SQLite: async (url: string) => {
    const connection = new BetterSqlite3(url.slice('file:'.length));
    connection.exec('BEGIN EXCLUSIVE');
    return async () => {
      connection.exec('COMMIT');
      connection.close();
    };
  },
  PostgreSQL: async (url: string) => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    return () => client.end();
  },
};

describe.each(engines)('the database on $name', (engine) => {
  it('opens an empty database, and again with its data', async () => {
    const url = await engine.freshUrl();
    const first = await openDatabase(url);
    await first.transaction(async (write) => {
      await write.insert(first.tables.rateLimits).values(attempt('kept'));
    });
    await first.close();
    const second = await open(engine, url);
    expect(await second.read.select().from(second.tables.rateLimits)).toEqual([attempt('kept')]);
  });

  it('several processes open and migrate it concurrently', async () => {
    const workers = Array.from({ length: 3 }, () => {
      return new Worker(new URL('../../testing/open-database.worker.ts', import.meta.url));
    });
    onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.terminate()))));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    for (let round = 1; round <= 4; round++) {
      const url = await engine.freshUrl();
      const outcomes = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage(url);
      expect((await Promise.all(outcomes)).flat()).toEqual(['opened', 'opened', 'opened']);
    }
  });

  it('reports that it waits while another process migrates, and opens afterwards', async () => {
    const url = await engine.freshUrl();
    const release = await holdMigrations[engine.name](url);
    const notices: string[] = [];
    const opening = openDatabase(url, { onNotice: (sentence) => void notices.push(sentence) });
    await expect
      .poll(() => notices)
      .toEqual([expect.stringMatching(/^Another process .* Waiting until it is (free|done)\.$/)]);
    expect(notices.join()).not.toContain('latchkey:latchkey');
    await release();
    await (await opening).close();
    expect(notices).toHaveLength(1);
  });

  it('commits all of a transaction or none of it', async () => {
    const { tables, read, transaction } = await open(engine);
    const failing = transaction(async (write) => {
      await write.insert(tables.rateLimits).values(attempt('rolled back'));
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await expect(
      transaction(async (write) => {
        await write.insert(tables.rateLimits).values(attempt('duplicate'));
        await write.insert(tables.rateLimits).values(attempt('duplicate'));
      }),
    ).rejects.toThrow();
    expect(await read.select().from(tables.rateLimits)).toEqual([]);
    // The next transaction works.
    expect(
      await transaction(async (write) => write.insert(tables.rateLimits).values(attempt('kept')).returning()),
    ).toEqual([attempt('kept')]);
  });

  it('reads do not wait for a writer, and see only committed rows', async () => {
    const database = await open(engine);
    const { tables, read, transaction } = database;
    const find = findAttempt(database);
    await transaction(async (write) => {
      await write.insert(tables.rateLimits).values(attempt('not yet'));
      expect(await read.select().from(tables.rateLimits)).toEqual([]);
      expect(await find('not yet')).toBeUndefined();
      expect(await write.select().from(tables.rateLimits)).toEqual([attempt('not yet')]);
    });
    expect(await find('not yet')).toEqual(attempt('not yet'));
    expect(await read.select().from(tables.rateLimits)).toEqual([attempt('not yet')]);
  });

  it('a hundred concurrent increments are all counted', async () => {
    const { tables, read, transaction } = await open(engine);
    await transaction(async (write) => void (await write.insert(tables.rateLimits).values(attempt('counter', 0))));
    const add = () =>
      transaction(async (write) => {
        await write.update(tables.rateLimits).set({ count: sql`${tables.rateLimits.count} + 1` });
      });
    await Promise.all(Array.from({ length: 100 }, add));
    expect(await read.select().from(tables.rateLimits)).toEqual([attempt('counter', 100)]);
  });

  it('of many concurrent transactions, a failed one rolls back its own changes only', async () => {
    const { tables, read, transaction } = await open(engine);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, number) =>
        transaction(async (write) => {
          await write.insert(tables.rateLimits).values(attempt(`writer ${number}`));
          if (number % 3 === 0) throw new Error('rolled back');
          if (number % 3 === 1) await write.insert(tables.rateLimits).values(attempt(`writer ${number}`));
          return number;
        }),
      ),
    );
    const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(kept).toEqual(Array.from({ length: 13 }, (_, index) => index * 3 + 2));
    const rows = await read.select().from(tables.rateLimits);
    expect(rows.map(({ key }) => key).toSorted()).toEqual(kept.map((number) => `writer ${number}`).toSorted());
  });

  it('a hundred concurrent keyed reads each find the row of their key, or nothing', async () => {
    const database = await open(engine);
    const { tables, transaction } = database;
    const keys = Array.from({ length: 50 }, (_, number) => `reader's "${number}", {\\}`);
    await transaction(
      async (write) => void (await write.insert(tables.rateLimits).values(keys.map((key) => attempt(key)))),
    );
    const find = findAttempt(database);
    const asked = [...keys, ...keys, 'nobody’s', ''];
    expect(await Promise.all(asked.map(find))).toEqual(
      [...keys, ...keys].map((key) => attempt(key)).concat([undefined, undefined] as never),
    );
    // A later read sees a change.
    await transaction(async (write) => void (await write.update(tables.rateLimits).set({ count: 2 })));
    expect((await find(keys[0] ?? ''))?.count).toBe(2);
  });

  it('a session needs an existing user', async () => {
    const { tables, transaction } = await open(engine);
    const now = new Date();
    const times = { createdAt: now, authenticatedAt: now, refreshedAt: now, expiresAt: now };
    const orphan = { id: 'x', kind: 'sign_in', userId: 'nobody', methods: ['pwd'], generation: 1, ...times } as const;
    const failure = await transaction(async (write) => void (await write.insert(tables.sessions).values(orphan))).catch(
      (error: unknown) => error,
    );
    expect(hasCode(failure, /^(SQLITE_CONSTRAINT_FOREIGNKEY|23503)$/)).toBe(true);
  });

  /** What a later version did to the database: it added a table and columns, and recorded its migration. */
  const migratedLater = async (): Promise<string> => {
    const url = await engine.freshUrl();
    await (await openDatabase(url)).close();
    await engine.execute(url, `UPDATE ${engine.migrationsTable} SET created_at = created_at + 86400000`);
    await engine.execute(url, `CREATE TABLE later (id TEXT PRIMARY KEY)`);
    await engine.execute(url, `ALTER TABLE users ADD COLUMN later TEXT; ALTER TABLE sessions ADD COLUMN later TEXT`);
    return url;
  };

  it('works if a newer Latchkey only added to it, as after one version back', async () => {
    const url = await migratedLater();
    const latchkey = await startLatchkey(engine, { databaseUrl: url });
    const { access_token, refresh_token } = await latchkey.login();
    await latchkey.me(access_token).expect(200);
    await latchkey.http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
  });

  it('is refused with a sentence if a newer Latchkey removed something', async () => {
    const url = await migratedLater();
    const later = { SQLite: '9999999999999', PostgreSQL: "timestamptz '2286-11-20'" }[engine.name];
    await engine.execute(url, `UPDATE marks SET at = ${later} WHERE name = 'compatible since'`);
    await expect(openDatabase(url)).rejects.toThrow(DatabaseStartError);
    await expect(openDatabase(url)).rejects.toThrow(
      /was written by a newer Latchkey; start that version, or use another DATABASE_URL\. Nothing was changed\.$/,
    );
  });

  it('a command creates the tables of a new database, and refuses those of an older Latchkey, which the server migrates', async () => {
    const url = await engine.freshUrl();
    await migrateDatabase(url, 'new');
    await migrateDatabase(url, 'new');
    await (await connectDatabase(url)).close();
    await engine.execute(url, `UPDATE ${engine.migrationsTable} SET created_at = 1`);
    await expect(migrateDatabase(url, 'new')).rejects.toThrow(
      /was written by an older Latchkey; restart the server, which migrates it\. Nothing was changed\.$/,
    );
  });
});
