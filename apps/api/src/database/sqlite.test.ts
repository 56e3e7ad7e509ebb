import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, startLatchkey } from '../../testing/start-latchkey.ts';
import { DatabaseStartError } from './database.ts';
import { openDatabase } from './open.ts';

const [engine] = engines;
const pathOf = (url: string): string => url.slice('file:'.length);
const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'latchkey-'));

/** Runs `work`, and returns the connections that it opened and did not close. */
const connectionsOf = async <Result>(work: () => Promise<Result>) => {
  const pragma = vi.spyOn(BetterSqlite3.prototype, 'pragma');
  const result = await work();
  const connections = [...new Set(pragma.mock.contexts as BetterSqlite3.Database[])].filter(({ open }) => open);
  pragma.mockRestore();
  return { result, connections };
};

it('every connection writes durably, checks foreign keys and does not wait inside the event loop', async () => {
  const { result: database, connections } = await connectionsOf(async () => openDatabase(await engine.freshUrl()));
  onTestFinished(() => database.close());
  expect(connections).toHaveLength(2);
  for (const connection of connections) {
    const settings = ['synchronous', 'foreign_keys', 'journal_mode', 'busy_timeout'];
    expect(settings.map((name) => connection.pragma(name, { simple: true }))).toEqual([2, 1, 'wal', 0]);
  }
  expect(connections.map(({ readonly }) => readonly)).toEqual([false, true]);
});

it('a database of a newer version, which removed something, is not changed, byte for byte', async () => {
  const url = await engine.freshUrl();
  await (await openDatabase(url)).close();
  await engine.execute(url, `UPDATE ${engine.migrationsTable} SET created_at = created_at + 1`);
  await engine.execute(url, `UPDATE marks SET at = 9999999999999 WHERE name = 'compatible since'`);
  const before = readFileSync(pathOf(url));
  await expect(openDatabase(url)).rejects.toThrow('newer Latchkey');
  expect(readFileSync(pathOf(url)).equals(before)).toBe(true);
});

it('a new file stores small rows under their key, without a rowid', async () => {
  const url = await engine.freshUrl();
  await (await openDatabase(url)).close();
  const file = new BetterSqlite3(pathOf(url));
  onTestFinished(() => void file.close());
  const found = file.prepare(`SELECT name FROM pragma_table_list WHERE wr = 1 AND schema = 'main' ORDER BY name`);
  expect(found.pluck().all()).toEqual(['passwords', 'rate_limits', 'revocations', 'sessions']);
});

it.each([
  ['a folder', (folder: string) => folder],
  ['a path through a file', (folder: string) => join(folder, 'file', 'latchkey.db')],
  ['a file that is not a database', (folder: string) => join(folder, 'file')],
])('%s is refused with a sentence and not changed', async (_what, pathIn) => {
  const folder = freshFolder();
  const text =
    'These are my notes, and they are longer than the header of a database, which has a hundred bytes in it.';
  writeFileSync(join(folder, 'file'), text);
  const path = pathIn(folder);
  const failure = openDatabase(`file:${path}`);
  await expect(failure).rejects.toThrow(DatabaseStartError);
  await expect(failure).rejects.toThrow(`The database ${path} cannot be opened (`);
  await expect(failure).rejects.toThrow(/; check DATABASE_URL and the rights on that file and its folder\.$/);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(text);
  expect(readdirSync(folder)).toEqual(['file']);
});

it('creates the parent folders and accepts file: URLs', async () => {
  const folder = freshFolder();
  mkdirSync(join(folder, 'with space'));
  const database = await openDatabase(`file://${folder}/with%20space/deep/latchkey.db`);
  onTestFinished(() => database.close());
  expect(readdirSync(join(folder, 'with space', 'deep'))).toContain('latchkey.db');
});

it('a write waits for the lock of another process while reads are answered', async () => {
  const latchkey = await startLatchkey(engine);
  const { access_token } = await latchkey.person();
  const other = new BetterSqlite3(pathOf(latchkey.databaseUrl));
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  let isDone = false;
  const update = latchkey.http
    .patch('/api/accounts/me')
    .set(...bearer(access_token))
    .send({ displayName: 'Waited' })
    .then((answer) => {
      isDone = true;
      return answer;
    });
  for (let time = 1; time <= 20; time++) await latchkey.me(access_token).expect(200);
  expect(isDone).toBe(false);
  other.exec('COMMIT');
  expect((await update).body.displayName).toBe('Waited');
});

it('a full disk causes 503 and loses no data; writes resume when there is space again', async () => {
  const { result: latchkey, connections } = await connectionsOf(() => startLatchkey(engine));
  const { access_token } = await latchkey.person({ displayName: 'Before' });
  const update = () =>
    latchkey.http
      .patch('/api/accounts/me')
      .set(...bearer(access_token))
      .send({ displayName: 'After', metadata: { note: 'x'.repeat(16_000) } });
  const writer = connections.find(({ readonly }) => !readonly);
  const roomy = writer?.pragma('max_page_count', { simple: true });
  latchkey.breaks();
  writer?.exec('VACUUM'); // Leaves no free page.
  writer?.pragma('max_page_count = 1');
  expectProblem(await update(), 'unavailable');
  expect((await latchkey.me(access_token).expect(200)).body.displayName).toBe('Before');
  writer?.pragma(`max_page_count = ${roomy}`);
  expect((await update()).body.displayName).toBe('After');
});

describe('concurrent writers share a commit', () => {
  const openWithWriter = async () => {
    const { result: database, connections } = await connectionsOf(async () => openDatabase(await engine.freshUrl()));
    onTestFinished(() => database.close());
    const writer = connections.find(({ readonly }) => !readonly);
    if (!writer) throw new Error('there is always a writer');
    return { ...database, writer };
  };
  const row = (key: string) => ({ key, count: 1, until: new Date(), retryAt: null });

  it('of at most 64 transactions, so the disk syncs once for all of them', async () => {
    const { tables, transaction, writer } = await openWithWriter();
    const exec = vi.spyOn(writer, 'exec');
    const write = (key: string) =>
      transaction(async (write) => void (await write.insert(tables.rateLimits).values(row(key))));
    await Promise.all(Array.from({ length: 100 }, (_, number) => write(`${number}`)));
    expect(exec.mock.calls.flat().filter((sql) => sql === 'COMMIT')).toHaveLength(2);
  });

  it('a transaction resolves only if it was committed, also when the disk is full', async () => {
    const { tables, read, transaction, writer } = await openWithWriter();
    const roomy = writer.pragma('max_page_count', { simple: true });
    writer.pragma('max_page_count = 1');
    const sizes = [10, 100_000, 10, 3_000_000, 10, 10];
    const outcomes = await Promise.allSettled(
      sizes.map((size) => {
        const key = 'x'.repeat(size) + Math.random();
        return transaction(async (write) => write.insert(tables.rateLimits).values(row(key))).then(() => key);
      }),
    );
    const resolved = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const kept = await read.select({ key: tables.rateLimits.key }).from(tables.rateLimits);
    expect(kept.map(({ key }) => key).toSorted()).toEqual(resolved.toSorted());
    expect(resolved.length).toBeLessThan(sizes.length);
    // The next transactions work.
    writer.pragma(`max_page_count = ${roomy}`);
    await transaction(async (write) => write.insert(tables.rateLimits).values(row('after')));
  });

  it('all of them fail if the commit fails, and nothing is written', async () => {
    const { tables, read, transaction, writer } = await openWithWriter();
    const exec = writer.exec.bind(writer);
    vi.spyOn(writer, 'exec').mockImplementation((sql) => {
      if (sql === 'COMMIT') throw new Error('disk I/O error');
      return exec(sql);
    });
    const writes = ['one', 'other'].map((key) =>
      transaction(async (write) => write.insert(tables.rateLimits).values(row(key))),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await read.select().from(tables.rateLimits)).toEqual([]);
  });
});
