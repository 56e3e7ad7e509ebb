import { sql } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, type Latchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { hasPgBouncer, startPgBouncer } from '../../testing/start-pgbouncer.ts';
import { DatabaseStartError } from './database.ts';
import { isDatabaseFault } from './faults.ts';
import { openDatabase } from './open.ts';

const [, engine] = engines;

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
/** Runs on another database, because the statement may close this one to connections. */
const administer = (url: string, sql: string) =>
  engine.execute(Object.assign(new URL(url), { pathname: '/postgres' }).href, sql);

/** Like a restart of PostgreSQL. */
const killConnections = (url: string) =>
  administer(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${nameOf(url)}'`);

it('after idle connections are killed the process continues, and requests succeed again', async () => {
  const latchkey = await startLatchkey(engine);
  const { access_token } = await latchkey.person();
  await Promise.all(Array.from({ length: 20 }, () => latchkey.me(access_token).expect(200)));
  latchkey.breaks();
  await killConnections(latchkey.databaseUrl);
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await latchkey.me(access_token)).status));
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
  await expect.poll(async () => (await latchkey.me(access_token)).status).toBe(200);
  await latchkey.http
    .patch('/api/accounts/me')
    .set(...bearer(access_token))
    .send({ displayName: 'Still here' })
    .expect(200);
});

it('after a failed reconnection the next request tries again', async () => {
  const latchkey = await startLatchkey(engine);
  const { access_token } = await latchkey.person();
  await latchkey.me(access_token).expect(200);
  latchkey.breaks();
  const allowConnections = (isAllowed: boolean) =>
    administer(latchkey.databaseUrl, `ALTER DATABASE ${nameOf(latchkey.databaseUrl)} ALLOW_CONNECTIONS ${isAllowed}`);
  await allowConnections(false);
  await killConnections(latchkey.databaseUrl);
  for (let time = 1; time <= 3; time++) expect((await latchkey.me(access_token)).status).toBeGreaterThanOrEqual(500);
  await allowConnections(true);
  await latchkey.me(access_token).expect(200);
});

it('connections killed in transactions, more than the pool has, do not exhaust the pool', async () => {
  const { database, databaseUrl } = await startLatchkey(engine);
  const { rateLimits } = database.tables;
  const until = new Date();
  for (let round = 1; round <= 12; round++) {
    const failure = await database
      .transaction(async (write) => {
        await write.insert(rateLimits).values({ key: `${round}`, count: 1, until });
        await killConnections(databaseUrl);
        await write.select().from(rateLimits);
      })
      .catch((error: unknown) => error);
    expect(isDatabaseFault(failure)).toBe(true);
  }
  expect(await database.read.select().from(rateLimits)).toEqual([]);
  await database.transaction(
    async (write) => void (await write.insert(rateLimits).values({ key: 'x', count: 1, until })),
  );
});

describe('behind a pooler that gives each transaction any of its connections', () => {
  /** Twenty concurrent users, each of whom reads, changes the profile and refreshes. */
  const useConcurrently = async (latchkey: Latchkey): Promise<void> => {
    const people = await Promise.all(Array.from({ length: 20 }, () => latchkey.person()));
    await Promise.all(
      people.map(async ({ access_token, refresh_token }) => {
        await latchkey.me(access_token).expect(200);
        const change = { displayName: 'Somebody else' };
        await latchkey.http
          .patch('/api/accounts/me')
          .set(...bearer(access_token))
          .send(change)
          .expect(200);
        await latchkey.http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
        await latchkey.me(access_token).expect(200);
      }),
    );
  };

  it('lost statements are repeated without names, and no request fails', async () => {
    const query = vi.spyOn(pg.Client.prototype, 'query');
    const notices: string[] = [];
    const latchkey = await startLatchkey(engine, {
      settings: { RATE_LIMITS: 'on' },
      processes: 1,
      onNotice: (one) => notices.push(one),
    });
    await useConcurrently(latchkey);
    const clients = [...new Set(query.mock.contexts as pg.Client[])];
    query.mockRestore();
    expect(clients.length).toBeGreaterThan(2);
    // Some connections have ended since.
    await Promise.allSettled(clients.map((client) => client.query('DEALLOCATE ALL')));
    await useConcurrently(latchkey);
    expect(notices).toEqual([
      'The PostgreSQL pooler loses prepared statements. Going on without them, a little slower.',
    ]);
  });

  const name = 'PgBouncer: no request fails, and several processes start concurrently';
  if (!hasPgBouncer()) it.skip(`${name} (skipped: no pgbouncer; Debian has it)`);
  else
    it(name, async () => {
      const databaseUrl = await startPgBouncer(await engine.freshUrl());
      const settings = { RATE_LIMITS: 'on' };
      const first = await startLatchkey(engine, { databaseUrl, settings });
      const others = await Promise.all(
        Array.from({ length: 3 }, () => startLatchkey(engine, { databaseUrl, settings, clock: first.clock })),
      );
      await Promise.all([first, ...others].map(useConcurrently));
    });
});

describe('a PostgreSQL that cannot be opened is named with what to change', () => {
  const changed = async (change: (url: URL) => void): Promise<string> => {
    const url = new URL(await engine.freshUrl());
    change(url);
    return url.href;
  };
  it.each<[string, (url: URL) => void, RegExp]>([
    [
      'a wrong password',
      (url) => Object.assign(url, { password: 'wrong' }),
      /The password in DATABASE_URL is wrong\.$/,
    ],
    ['a missing database', (url) => Object.assign(url, { pathname: '/not_there' }), /Create the database/],
    ['no server', (url) => Object.assign(url, { port: '1' }), /No PostgreSQL answers there/],
    [
      'an unknown host',
      (url) => Object.assign(url, { hostname: 'not-there.invalid' }),
      /host name in DATABASE_URL is unknown/,
    ],
    ['no TLS', (url) => url.searchParams.set('sslmode', 'verify-full'), /It has no TLS; turn on ssl there/],
  ])('%s', async (_, change, sentence) => {
    const opened = openDatabase(await changed(change));
    await expect(opened).rejects.toThrow(DatabaseStartError);
    await expect(opened).rejects.toThrow(/^The PostgreSQL database \S+ on \S+:\d+ cannot be opened \(.+\)\. /);
    await expect(opened).rejects.toThrow(sentence);
    await expect(opened).rejects.not.toThrow('latchkey:latchkey');
  });
});

it('DATABASE_POOL_SIZE bounds the connections, and those that wait get theirs', async () => {
  const database = await openDatabase(await engine.freshUrl(), { poolSize: 2, waitMilliseconds: 60_000 });
  const counts: number[] = [];
  await Promise.all(
    Array.from({ length: 10 }, () =>
      database.transaction(async () => {
        counts.push(database.connections().used ?? 0);
      }),
    ),
  );
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  await database.close();
});

it('DATABASE_POOLER=transaction prepares no statement under a name', async () => {
  const url = await engine.freshUrl();
  const database = await openDatabase(url, { hasTransactionPooler: true, poolSize: 1 });
  const findAccount = database.prepareKeyedRead(
    'account_by_id',
    (read, hasId) => read.select().from(database.tables.users).where(hasId(database.tables.users.id)),
    ({ id }) => id,
  );
  await findAccount('x');
  await database.transaction(async (write) => {
    const result = await write.select({ name: sql<string>`name` }).from(sql`pg_prepared_statements`);
    expect(result.filter(({ name }) => name !== '')).toEqual([]);
  });
  await database.close();
});

it('after the server became a standby, a request gets 503, and the next one after the switch succeeds', async () => {
  const latchkey = await startLatchkey(engine);
  latchkey.breaks();
  const person = await latchkey.person();
  const patch = () =>
    latchkey.http
      .patch('/api/accounts/me')
      .set(...bearer(person.access_token))
      .send({ displayName: 'Ada' });
  const name = nameOf(latchkey.databaseUrl);
  // As on a standby: every transaction is read-only, also on connections that are open.
  await administer(latchkey.databaseUrl, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await killConnections(latchkey.databaseUrl);
  await vi.waitFor(async () => expect((await patch()).status).toBe(503), { timeout: 60_000 });
  await administer(latchkey.databaseUrl, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
  // The connections of the standby are not used again.
  await vi.waitFor(async () => expect((await patch()).status).toBe(200), { timeout: 60_000 });
});
