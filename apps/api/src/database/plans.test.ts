import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { newApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { bearer, startLatchkey } from '../../testing/start-latchkey.ts';
import { rotateKey } from '../keys/rotate-key.ts';

/** The steps of a statement's plan, with every value unknown. */
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
    // In a test the tables are so small that a scan would be cheapest.
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query(`EXPLAIN (GENERIC_PLAN) ${sql}`);
    await client.end();
    return rows.map((row) => row['QUERY PLAN']);
  },
};

/** The indexes that timers and polls use. */
const indexes = [
  'rate_limits_until',
  'sessions_expires_at',
  'sessions_ended_at',
  'sessions_api_token_expires_at',
  'revocations_until',
  'revocations_revision',
];

/** A scan of a table that grows with the number of users. */
const scan = /\b(SCAN|Seq Scan on) (sessions|users|passwords|rate_limits|revocations|events)\b/;

describe.each(engines)('on $name', (engine) => {
  it('no statement of a timer or a poll of the feed scans a table that grows', async () => {
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
    // A full scan of another index would pass the check above.
    for (const index of indexes) expect(plans.flat().join('\n')).toContain(index);
  });

  it('a sign-in to an app finds the sessions of one user, however many the app has', async () => {
    const latchkey = await startLatchkey(engine);
    const app = await newApp(latchkey);
    const person = await latchkey.person();
    const before = latchkey.statements.length;
    await signInToApp(latchkey, app, person);
    await latchkey.http
      .delete(`/api/apps/${app.id}`)
      .set(...bearer(person.access_token))
      .expect(204);
    const run = new Set(latchkey.statements.slice(before).filter((sql) => /from|update "sessions"/.test(sql)));
    const steps = (await Promise.all([...run].map((sql) => planOf[engine.name](latchkey.databaseUrl, sql)))).flat();
    expect(steps.filter((step) => scan.test(step))).toEqual([]);
    const byApp = steps.filter((step) => /\bapp_id *=/.test(step) && /Index Cond|SEARCH sessions/.test(step));
    expect(byApp.length).toBeGreaterThan(1);
    for (const step of byApp) expect(step).toMatch(/app_id *= *[?$\d)]+.* AND .*user_id *=/);
  });

  it('the last API token of an old key is looked up once, and not again after it has expired', async () => {
    const latchkey = await startLatchkey(engine, { processes: 1 });
    const { clock, statements } = latchkey;
    const countLookups = async (): Promise<number> => {
      const before = statements.length;
      await latchkey.reloadKeys();
      return statements.slice(before).filter((sql) => sql.includes('"sessions"')).length;
    };
    await rotateKey(latchkey.services)(5);
    expect(await countLookups()).toBe(0);
    clock.turn(3600);
    expect(await countLookups()).toBe(1);
    expect(await countLookups()).toBe(0);
    clock.turn(86_400);
    expect(await countLookups()).toBe(0);
  });
});
