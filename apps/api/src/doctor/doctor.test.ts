import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { appSecret, testConfig } from '../../testing/launch.ts';
import { runWithConfig } from '../../testing/run-command.ts';
import { type Latchkey, restart, startLatchkey } from '../../testing/start-latchkey.ts';
import { checkDatabase } from './check-database.ts';
import type { Finding } from './finding.ts';

const diagnose = async (settings: Record<string, string>): Promise<Finding[]> => {
  const output = await runWithConfig(testConfig(settings), 'doctor', '--json').catch((error) => error.printed);
  return JSON.parse(output);
};
const findingsOf = (latchkey: Latchkey, more: Record<string, string> = {}) =>
  diagnose({ ...latchkey.settings, DATABASE_URL: latchkey.databaseUrl, ...more });
const find = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check);

describe.each(engines)('pnpm run doctor on $name', (engine) => {
  it('finds nothing wrong where nothing is', async () => {
    const APP_SECRET = randomBytes(32).toString('hex');
    const latchkey = await startLatchkey(engine, { settings: { APP_SECRET } });
    if (engine.name === 'SQLite') chmodSync(latchkey.databaseUrl.slice('file:'.length), 0o600);
    await latchkey.person({ role: 'admin' });
    const backup = join(mkdtempSync(join(inject('scratchFolder'), 'doctor-')), 'backup');
    const config = testConfig({ ...latchkey.settings, DATABASE_URL: latchkey.databaseUrl });
    await runWithConfig(config, 'db', 'backup', backup);
    const findings = await findingsOf(latchkey);
    expect(findings.filter(({ status }) => status !== 'ok').map(({ check }) => check)).toEqual(['Reachable']);
    expect(await runWithConfig(config, 'doctor')).toMatch(/Nothing failed; 1 to look at\.$/);
  });

  it('names what is missing: an admin, a backup, a new key, the right secret', async () => {
    const latchkey = await startLatchkey(engine);
    expect(find(await findingsOf(latchkey), 'Admin')).toMatchObject({ status: 'warn' });
    expect(find(await findingsOf(latchkey), 'Backup')).toMatchObject({ status: 'warn' });
    const { tables, transaction } = latchkey.database;
    const old = new Date(Date.now() - 400 * 86_400_000);
    await transaction(async (write) => {
      await write.update(tables.signingKeys).set({ activeAt: old });
      await write.insert(tables.marks).values({ name: 'backup', at: old, detail: {} });
      await write.insert(tables.messages).values({ id: 'm', kind: 'x', detail: {}, createdAt: old, dueAt: old });
    });
    const findings = await findingsOf(latchkey);
    expect(find(findings, 'Keys')).toMatchObject({ status: 'warn', text: expect.stringContaining('pnpm keys rotate') });
    expect(find(findings, 'Backup')?.text).toBe('The last one is 400 days old; run pnpm db backup.');
    expect(find(findings, 'Messages')).toMatchObject({
      status: 'fail',
      text: expect.stringMatching(/^1 are not sent/),
    });
    const wrong = await findingsOf(latchkey, { APP_SECRET: randomBytes(32).toString('hex') });
    expect(find(wrong, 'Keys')).toMatchObject({ status: 'fail' });
  });

  it('says since when the secret is in use', async () => {
    const latchkey = await startLatchkey(engine);
    expect(find(await findingsOf(latchkey), 'Secret age')).toBeUndefined();
    await latchkey.jobs.rememberSecret.run();
    expect(find(await findingsOf(latchkey), 'Secret age')).toMatchObject({ status: 'ok' });
    const { tables, transaction } = latchkey.database;
    const old = new Date(Date.now() - 400 * 86_400_000);
    await transaction(async (write) => void (await write.update(tables.marks).set({ at: old })));
    // A start with the same secret does not count.
    await (await restart(latchkey)).jobs.rememberSecret.run();
    expect(find(await findingsOf(latchkey), 'Secret age')).toMatchObject({
      status: 'warn',
      text: expect.stringContaining('in use for 400 days'),
    });
    const APP_SECRET = randomBytes(32).toString('hex');
    const changed = { APP_SECRET, APP_SECRET_PREVIOUS: appSecret };
    const rotated = await startLatchkey(engine, { databaseUrl: latchkey.databaseUrl, settings: changed });
    await rotated.jobs.rememberSecret.run();
    expect(find(await findingsOf(rotated), 'Secret age')?.text).toBe('APP_SECRET is in use for 0 days');
  });

  it.each([
    ['0', ['', '198.51.100.1'], 'warn', 'Set TRUST_PROXY=1.'],
    ['1', ['198.51.100.1', '203.0.113.7, 198.51.100.1'], 'ok', '1 proxy, as TRUST_PROXY says'],
    ['2', ['198.51.100.1', '203.0.113.7, 198.51.100.1'], 'fail', 'Set TRUST_PROXY=1, or close'],
  ])(
    'compares TRUST_PROXY=%s with the proxies that requests pass: %s',
    async (TRUST_PROXY, forwarded, status, text) => {
      const latchkey = await startLatchkey(engine, { settings: { TRUST_PROXY }, processes: 1 });
      expect(find(await findingsOf(latchkey), 'Proxies seen')).toBeUndefined();
      for (const header of forwarded) {
        const request = latchkey.http.get('/api/sessions');
        await (header ? request.set('X-Forwarded-For', header) : request);
      }
      // A probe bypasses the proxy.
      await latchkey.http.get('/health/live').set('X-Forwarded-For', '').expect(200);
      await latchkey.jobs.saveSeenProxies.run();
      expect(find(await findingsOf(latchkey), 'Proxies seen')).toMatchObject({
        status,
        text: expect.stringContaining(text),
      });
    },
  );

  it('says that a database is older, newer, or not there', async () => {
    const latchkey = await startLatchkey(engine);
    const { migrationsTable, execute } = engine;
    await execute(
      latchkey.databaseUrl,
      `DELETE FROM ${migrationsTable} WHERE created_at = (SELECT max(created_at) FROM ${migrationsTable})`,
    );
    expect(find(await findingsOf(latchkey), 'Migrations')).toMatchObject({
      status: 'fail',
      text: expect.stringMatching(/^1 missing/),
    });
    await execute(latchkey.databaseUrl, `UPDATE ${migrationsTable} SET created_at = 9999999999999`);
    expect(find(await findingsOf(latchkey), 'Migrations')).toMatchObject({
      status: 'fail',
      text: expect.stringContaining('newer'),
    });
    const fresh = await diagnose({ DATABASE_URL: await engine.freshUrl() });
    expect(find(fresh, 'Database')).toMatchObject({ status: 'warn' });
  });
});

it('a database that does not answer is a finding', async () => {
  const [, postgres] = engines;
  const url = new URL(await postgres.freshUrl());
  url.port = '1';
  expect(find(await diagnose({ DATABASE_URL: url.href }), 'Database')).toMatchObject({ status: 'fail' });
});

it('a clock that differs from that of PostgreSQL is a finding', async () => {
  const latchkey = await startLatchkey(engines[1]);
  const late = () => new Date(Date.now() + 60_000);
  const { findings } = await checkDatabase(latchkey.databaseUrl, late);
  expect(find(findings, 'Clock')).toMatchObject({
    status: 'fail',
    text: expect.stringMatching(/^The database is (59|60|61) s apart/),
  });
});

it('settings that fit badly are findings', async () => {
  const findings = await diagnose({
    DATABASE_URL: await engines[0].freshUrl(),
    PUBLIC_URL: 'http://accounts.example.com',
    SMTP_URL: 'off',
    APP_SECRET: 'a1f0c3e5b7d9826447aa11bb22cc33dd',
    APP_SECRET_PREVIOUS: 'b1f0c3e5b7d9826447aa11bb22cc33dd',
  });
  expect(find(findings, 'PUBLIC_URL')).toMatchObject({ status: 'fail' });
  expect(find(findings, 'SMTP_URL')).toMatchObject({ status: 'warn' });
  expect(find(findings, 'APP_SECRET')).toMatchObject({ status: 'fail' });
  const https = await diagnose({ DATABASE_URL: await engines[0].freshUrl(), PUBLIC_URL: 'https://localhost:1' });
  expect(find(https, 'TRUST_PROXY')).toMatchObject({ status: 'warn' });
});

it('a public address that another program answers is a finding', async () => {
  const server = createServer((_, response) => response.end(JSON.stringify({ issuer: 'https://other.example' })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const PUBLIC_URL = `http://localhost:${(server.address() as AddressInfo).port}`;
  const findings = await diagnose({ DATABASE_URL: await engines[0].freshUrl(), PUBLIC_URL });
  expect(find(findings, 'Reachable')).toMatchObject({
    status: 'fail',
    text: expect.stringContaining('https://other.example'),
  });
});

it('another journal mode is a finding, and a start sets WAL', async () => {
  const latchkey = await startLatchkey(engines[0], { processes: 1 });
  expect(find(await findingsOf(latchkey), 'Journal')).toMatchObject({ status: 'ok' });
  await latchkey.stop();
  await engines[0].execute(latchkey.databaseUrl, 'PRAGMA journal_mode = DELETE');
  expect(find(await findingsOf(latchkey), 'Journal')).toMatchObject({
    status: 'fail',
    text: expect.stringContaining('journal_mode is delete'),
  });
  const again = await restart(latchkey);
  expect(find(await findingsOf(again), 'Journal')).toMatchObject({ status: 'ok' });
});

it('a database file that others can read is a finding', async () => {
  const latchkey = await startLatchkey(engines[0]);
  chmodSync(latchkey.databaseUrl.slice('file:'.length), 0o644);
  expect(find(await findingsOf(latchkey), 'File modes')).toMatchObject({ status: 'warn' });
});
