import { rates } from '@latchkey/contract/limits';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { flood } from '../../testing/raw-http.ts';
import { bearer, type Latchkey, restart, startLatchkey as start } from '../../testing/start-latchkey.ts';
import { createTime } from '../../testing/time.ts';
import { times } from '../../testing/times.ts';
import { openDatabase } from '../database/open.ts';
import { createLimitStore } from './limit-store.ts';

const on = { RATE_LIMITS: 'on' };

/** One process: of several, each holds calls that the others do not have. A test of two starts the second. */
const startLatchkey: typeof start = (engine, options) => start(engine, { ...options, processes: 1 });

const change = ({ http }: Latchkey, token: string) =>
  http
    .patch('/api/accounts/me')
    .set(...bearer(token))
    .send({ displayName: 'Ada' });

/** The number of writes to the limits so far. */
const countsIn = ({ statements }: Latchkey): number =>
  statements.filter((statement) => /^insert into "rate_limits"/i.test(statement)).length;

const countsOf = (statuses: readonly number[]) => {
  const groups = Map.groupBy(statuses, (status) => status);
  return Object.fromEntries([...groups].map(([status, same]) => [status, same.length]));
};
const statusesOf = (answers: readonly { status: number }[]) => countsOf(answers.map(({ status }) => status));

describe.each(engines)('rates on $name', (engine) => {
  const { limit, seconds } = rates.changing;

  it('a burst at two processes gets exactly as many calls as the rate allows', async () => {
    const first = await startLatchkey(engine, { settings: on, time: createTime() });
    const second = await restart(first);
    const { access_token } = await first.person();
    const answers = await times(limit + 30, async (n) => change(n % 2 ? first : second, access_token));
    expect(statusesOf(answers)).toEqual({ 200: limit, 429: 30 });
  });

  it('a used-up rate stays used up after a restart, until its window ends', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { access_token } = await latchkey.person();
    await times(limit, async () => change(latchkey, access_token).expect(200));
    const restarted = await restart(latchkey);
    const { headers } = await change(restarted, access_token).expect(429);
    expect(Number(headers['retry-after'])).toBe(seconds);
    latchkey.clock.turn(seconds - 1);
    await change(restarted, access_token).expect(429);
    latchkey.clock.turn(2);
    await change(restarted, access_token).expect(200);
  });

  it('a failed call counts, too', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { access_token } = await latchkey.person();
    const answers = await times(limit + 10, async () =>
      latchkey.http.delete('/api/sessions/nothing').set(...bearer(access_token)),
    );
    expect(statusesOf(answers)).toEqual({ 404: limit, 429: 10 });
  });

  it('a refused flood runs no statements but those of authentication', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { access_token } = await latchkey.person();
    await times(limit, async () => change(latchkey, access_token).expect(200));
    await change(latchkey, access_token).expect(429);
    const before = latchkey.statements.length;
    await times(20, async () => change(latchkey, access_token).expect(429));
    expect(latchkey.statements.slice(before).filter((statement) => !/^select/i.test(statement))).toEqual([]);
  });

  it('reads are counted thirty at a time, so most write nothing', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { access_token } = await latchkey.person();
    const before = countsIn(latchkey);
    await times(60, async () => latchkey.me(access_token).expect(200));
    // Twice thirty for the session, once sixty for its account.
    expect(countsIn(latchkey) - before).toBe(2 + 1);
  });

  it('the next allocations of all callers are prefetched in one statement, so no read waits', async () => {
    const time = createTime();
    const latchkey = await startLatchkey(engine, { settings: on, time });
    const tokens = await times(3, async () => (await latchkey.person()).access_token);
    const before = countsIn(latchkey);
    const read = (many: number) =>
      Promise.all(tokens.map((token) => times(many, async () => latchkey.me(token).expect(200))));
    await read(22);
    await read(1);
    // One for each session and one for each account.
    expect(countsIn(latchkey) - before).toBe(3 + 3);
    time.pass(50);
    // Then one for all.
    await expect.poll(() => countsIn(latchkey) - before).toBe(3 + 3 + 1);
    await read(20);
    expect(countsIn(latchkey) - before).toBe(3 + 3 + 1);
  });

  it('prefetching does not exceed the rate', async () => {
    const time = createTime();
    const latchkey = await startLatchkey(engine, { settings: on, time });
    const { access_token } = await latchkey.person();
    const read = { target: '/api/accounts/me', headers: [`Authorization: Bearer ${access_token}`] };
    const statuses: number[] = [];
    for (let round = 1; round <= 31; round++) {
      statuses.push(...(await flood(latchkey.port, Array(20).fill(read))));
      if (round % 3 === 0) time.pass(50);
    }
    expect(countsOf(statuses)).toEqual({ 200: rates.reading.limit, 429: 20 });
  });

  it('two processes that count many keys concurrently lose no count and do not deadlock', async () => {
    const url = await engine.freshUrl();
    const now = new Date();
    const until = new Date(now.getTime() + 60_000);
    const keys = Array.from({ length: 1_000 }, (_, number) => `${(number * 7919) % 1_000}`);
    const processes = await times(2, async () => openDatabase(url));
    onTestFinished(async () => void (await Promise.all(processes.map((database) => database.close()))));
    await times(10, async (number) => {
      const tries = (number % 2 ? keys : keys.toReversed()).map((key) => ({ key, times: 3, until }));
      const database = processes[number % 2];
      await database?.transaction((write) => createLimitStore(database).addAll(write, tries, now));
    });
    const [database] = processes;
    const rows = await database?.read.select().from(database.tables.rateLimits);
    expect(rows?.map(({ count }) => count)).toEqual(keys.map(() => 30));
  });

  it('an account gets twice the rate of a session, over all its sessions and all processes', async () => {
    const first = await startLatchkey(engine, { settings: on, time: createTime() });
    const second = await restart(first);
    const { id, access_token } = await first.person();
    const others = await times(3, async () => (await first.openSessionOf(id)).access_token);
    const tokens = [access_token, ...others];
    const answers = await times(4 * limit, async (n) => change(n % 2 ? first : second, tokens[n % 4] ?? ''));
    expect(statusesOf(answers)).toEqual({ 200: 2 * limit, 429: 2 * limit });
    const stranger = await first.person();
    await change(first, stranger.access_token).expect(200);
  });

  it('calls refused to a session do not count against its account', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { id, access_token } = await latchkey.person();
    await times(3 * limit, async () => change(latchkey, access_token));
    const other = await latchkey.openSessionOf(id);
    await times(limit, async () => change(latchkey, other.access_token).expect(200));
  });

  it('unauthenticated calls count by network, not against a session', async () => {
    const latchkey = await startLatchkey(engine, { settings: on, time: createTime() });
    const { access_token } = await latchkey.person();
    const requests = Array.from({ length: rates.reading.limit + 5 }, (_, n) => ({
      target: '/api/accounts/me',
      headers: n % 2 ? [] : ['Authorization: Bearer nonsense'],
    }));
    expect(countsOf(await flood(latchkey.port, requests))).toEqual({ 401: rates.reading.limit, 429: 5 });
    await latchkey.me(access_token).expect(200);
  });
});

describe('whose requests count together', () => {
  const [engine] = engines;
  const jwks = '/.well-known/jwks.json';
  /** The outcome of fifteen requests with five calls left, each with a forwarded address of its own. */
  const tooMany = async ({ port, http, consumeLocally }: Latchkey, addressOf: (n: number) => string) => {
    await consumeLocally(() => http.get(jwks).set('X-Forwarded-For', addressOf(0)), 5);
    const requests = Array.from({ length: 15 }, (_, n) => ({
      target: jwks,
      headers: [`X-Forwarded-For: ${addressOf(n + 1)}`],
    }));
    return countsOf(await flood(port, requests));
  };
  const fiveAndNoMore = { 200: 5, 429: 10 };

  it('requests from one IPv6 network do, requests from another do not', async () => {
    const latchkey = await startLatchkey(engine, { settings: { ...on, TRUST_PROXY: '1' } });
    expect(await tooMany(latchkey, (n) => `2001:db8:1:2::${n.toString(16)}`)).toEqual(fiveAndNoMore);
    await latchkey.http.get(jwks).set('X-Forwarded-For', '2001:db8:1:3::1').expect(200);
  });

  it('a forwarded address without a trusted proxy has no effect', async () => {
    const direct = await startLatchkey(engine, { settings: on, time: createTime() });
    expect(await tooMany(direct, (n) => `203.0.113.${n}`)).toEqual(fiveAndNoMore);

    const proxied = await startLatchkey(engine, { settings: { ...on, TRUST_PROXY: '1' } });
    expect(await tooMany(proxied, (n) => `203.0.113.${n}, 198.51.100.1`)).toEqual(fiveAndNoMore);
  });

  it('paths outside the contract and unknown paths have a rate, too', async () => {
    const { port, http, consumeLocally } = await startLatchkey(engine, { settings: on });
    const paths = ['/api/docs', '/api/openapi.json', '/api/tokens/revocations', '/api/nothing'];
    await consumeLocally(() => http.get('/api/anything'), 4);
    const requests = Array.from({ length: 4 + 4 }, (_, n) => ({ target: paths[n % 4] ?? '' }));
    expect(countsOf(await flood(port, requests))[429]).toBe(4);
  });

  it('pages and their files have a rate of their own', async () => {
    const { port, http, consumeLocally } = await startLatchkey(engine, { settings: on });
    const paths = ['/', '/login', '/docs', '/assets/index.js'];
    await consumeLocally(() => http.get('/anything'), 4);
    const requests = Array.from({ length: 4 + 4 }, (_, n) => ({ target: paths[n % 4] ?? '' }));
    expect(countsOf(await flood(port, requests))[429]).toBe(4);
    expect(countsOf(await flood(port, [{ target: '/health/live' }]))).toEqual({ 200: 1 });
  });
});
