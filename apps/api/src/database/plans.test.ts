import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { rotateKey } from '../keys/rotate-key.ts';

/** One step of a plan for each line, with every value unknown: as the statement is planned, whatever it is asked for. */
const planOf = {
  SQLite: async (url: string, sql: string): Promise<string[]> => {
    const connection = new BetterSqlite3(url.slice('file:'.length), { readonly: true });
    const values = Array.from(sql.matchAll(/\?/g), () => null);
    const steps = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    connection.close();
    return steps.map(({ detail }) => detail);
  },
  PostgreSQL: async (url: string, sql: string): Promise<string[]> => {
    const client = new pg.Client(url);
    await client.connect();
    // The tables of a test are so small that reading all of them is the cheapest.
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query(`EXPLAIN (GENERIC_PLAN) ${sql}`);
    await client.end();
    return rows.map((row) => row['QUERY PLAN']);
  },
};

/** What timers and polls find their rows by. */
const indexes = [
  'rate_limits_until',
  'sessions_expires_at',
  'sessions_ended_at',
  'sessions_api_token_expires_at',
  'revocations_until',
  'revocations_revision',
];

/** Tables that grow with the number of people, and what is done to them. */
const scan = /\b(SCAN|Seq Scan on) (sessions|users|passwords|rate_limits|revocations|events)\b/;

describe.each(engines)('on $name', (engine) => {
  it('no statement that a timer or a poll of the feed runs scans a table that grows', async () => {
    const latchkey = await startLatchkey(engine);
    const { databaseUrl, clock, statements } = latchkey;
    await rotateKey(latchkey.services)(5);
    clock.turn(3600);
    const before = statements.length;
    for (const { run } of Object.values(latchkey.jobs)) await run();
    await latchkey.http.get('/api/tokens/revocations').expect(200);
    const run = new Set(statements.slice(before));
    for (const table of ['sessions', 'rate_limits', 'revocations', 'signing_keys']) {
      expect([...run].join('\n')).toContain(`"${table}"`);
    }
    const plans = await Promise.all([...run].map((sql) => planOf[engine.name](databaseUrl, sql)));
    expect(plans.flat().filter((step) => scan.test(step))).toEqual([]);
    // Another index might be read from end to end.
    for (const index of indexes) expect(plans.flat().join('\n')).toContain(index);
  });

  it('an old key is asked about once, and no more when its tokens have expired', async () => {
    const latchkey = await startLatchkey(engine);
    const { clock, statements } = latchkey;
    const asked = async (): Promise<number> => {
      const before = statements.length;
      await latchkey.reloadKeys();
      return statements.slice(before).filter((sql) => sql.includes('"sessions"')).length;
    };
    await rotateKey(latchkey.services)(5);
    expect(await asked()).toBe(0);
    clock.turn(3600);
    expect(await asked()).toBe(1);
    expect(await asked()).toBe(0);
    clock.turn(86_400);
    expect(await asked()).toBe(0);
  });
});
