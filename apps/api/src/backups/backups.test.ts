import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { newApp, signInToApp } from '../../testing/apps.ts';
import { type Engine, engines } from '../../testing/engines.ts';
import { testConfig } from '../../testing/launch.ts';
import { identifiedAttempt } from '../../testing/provider.ts';
import { runWithConfig } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, restart, startLatchkey } from '../../testing/start-latchkey.ts';
import { copiedTables } from '../database/copied-tables.ts';
import { migrateDatabase } from '../database/open.ts';
import { rotateKey } from '../keys/rotate-key.ts';

const newFile = (name = 'latchkey.backup'): string => join(mkdtempSync(join(inject('scratchFolder'), 'backup-')), name);
const pathOf = (url: string): string => url.slice('file:'.length);

/** A row in every table. */
const populate = async (latchkey: Latchkey) => {
  const { http, services, database } = latchkey;
  const person = await latchkey.person({
    displayName: 'Ada “Söhne” 🔑',
    metadata: { cart: ['tea', { size: 1.5 }], b: 1, a: null },
  });
  const other = await latchkey.person();
  const app = await newApp(latchkey, {
    isConfidential: true,
    isDevice: true,
    isThirdParty: true,
    backchannelLogoutUri: 'https://shop.example.com/out',
  });
  const now = latchkey.clock.now();
  await database.transaction((write) =>
    services.consents.put(write, person.id, app.id, ['openid', 'cart', 'profile', 'email', 'offline_access'], now),
  );
  await signInToApp(latchkey, app, person);
  const { attempt, headers } = await identifiedAttempt(latchkey);
  await http
    .post('/api/identities')
    .set(...bearer(person.access_token))
    .set(headers)
    .send({ attempt })
    .expect(201);
  await identifiedAttempt(latchkey);
  await latchkey.linkTo(person, 'verify_email');
  await http
    .post('/api/tokens')
    .set(...bearer(person.access_token))
    .send({ name: 'for a service' })
    .expect(201);
  await http.post('/api/passwords/forgot').send({ login: person.username }).expect(202);
  await http.post('/api/sessions/login').send({ username: person.username, password: 'wrong' });
  await http.post('/api/sessions/logout').send({ refresh_token: other.refresh_token }).expect(204);
  await http
    .post('/api/oauth/device_authorization')
    .type('form')
    .send({ client_id: app.id, client_secret: app.secret })
    .expect(200);
  const tables = database.tables;
  await database.transaction(async (write) => {
    await write.insert(tables.usedAssertions).values({ hash: 'x', expiresAt: now });
    await write
      .insert(tables.logoutNotices)
      .values({ id: 'n', appId: app.id, userId: person.id, sessionId: 's', createdAt: now, dueAt: now });
  });
  await rotateKey(services)(5);
  return person;
};

/** Everything in a database, as values. */
const contentOf = async ({ database: { tables, read } }: Latchkey) => {
  const all: Record<string, unknown[]> = {};
  for (const { name, key } of copiedTables) {
    const rows = await read.select().from(tables[name]);
    const [column] = key(tables);
    const [id = ''] = Object.entries(getTableColumns(tables[name])).find(([, one]) => one === column) ?? [];
    const text = (row: unknown): string => JSON.stringify((row as Record<string, unknown>)[id]) + JSON.stringify(row);
    // Numbers of changes belong to one database.
    all[name] = rows
      .map((row) => (name === 'revocations' ? { ...row, revision: 0 } : row))
      .toSorted((one, other) => (text(one) < text(other) ? -1 : 1));
  }
  return all;
};

const settingsOf = ({ settings, databaseUrl }: Latchkey, more: Record<string, string> = {}) =>
  testConfig({ ...settings, DATABASE_URL: databaseUrl, ...more });
const run = (latchkey: Latchkey, ...words: readonly string[]) => runWithConfig(settingsOf(latchkey), 'db', ...words);

it('copies every table but `marks`', async () => {
  const { tables } = await import('../database/sqlite-tables.ts');
  expect(copiedTables.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(tables)
      .filter((name) => name !== 'marks')
      .toSorted(),
  );
});

describe.each(engines)('a backup of $name', (engine) => {
  const start = () => startLatchkey(engine, { settings: { SMTP_URL: 'smtp://127.0.0.1:1' } });

  it('is one private file, made and verified while the server runs', async () => {
    const latchkey = await start();
    const person = await populate(latchkey);
    const file = newFile();
    expect(await run(latchkey, 'status')).toMatch(/^Last backup +never/m);
    expect(await run(latchkey, 'backup', file)).toMatch(/^Wrote .* with 2 users, and verified it\./);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file))).toEqual(['latchkey.backup']);
    expect(await run(latchkey, 'status')).toMatch(/^Last backup +2\d{3}-/m);
    expect(await run(latchkey, 'verify', file)).toMatch(/can be restored: 2 users, \d live sessions\.$/);
    await latchkey.me(person.access_token).expect(200);
  });

  it.each(engines)('is restored to $name with every value, and everybody is signed out', async (other) => {
    const latchkey = await start();
    const person = await populate(latchkey);
    const file = newFile();
    await run(latchkey, 'backup', file);
    const content = await contentOf(latchkey);

    const url = await other.freshUrl();
    const config = settingsOf(latchkey, { DATABASE_URL: url });
    expect(await runWithConfig(config, 'db', 'restore', file)).toMatch(
      /^Restored 2 users from .*; ended [3-9] sessions and API tokens\.$/,
    );
    const restored = await startLatchkey(other, {
      settings: latchkey.settings,
      databaseUrl: url,
      clock: latchkey.clock,
    });
    const ended = await contentOf(restored);
    for (const name of ['users', 'passwords', 'events', 'identities', 'apps', 'signingKeys', 'consents', 'messages'])
      expect(ended[name]).toEqual(content[name]);
    // A stolen token of that time does not work again.
    await restored.me(person.access_token).expect(401);
    await restored.http.post('/api/sessions/login').send({ username: person.username, password }).expect(200);

    const kept = await other.freshUrl();
    const keeping = settingsOf(latchkey, { DATABASE_URL: kept });
    await runWithConfig(keeping, 'db', 'restore', file, '--keep-sessions');
    const same = await startLatchkey(other, { settings: latchkey.settings, databaseUrl: kept, clock: latchkey.clock });
    expect(await contentOf(same)).toEqual(content);
    await same.me(person.access_token).expect(200);
    // New revocations come after those that were copied.
    await same.http.post('/api/sessions/logout').send({ refresh_token: person.refresh_token }).expect(204);
    const { text, body } = await same.http.get('/api/tokens/revocations').buffer(true);
    const claims = Buffer.from((text ?? body.toString()).split('.')[1] ?? '', 'base64url').toString();
    expect(claims).toContain(person.session.id);
  });

  it('is refused when it is damaged, of another program, with another secret, or when an event was changed', async () => {
    const latchkey = await start();
    await populate(latchkey);
    const file = newFile();
    await run(latchkey, 'backup', file);
    const verify = (path: string) => run(latchkey, 'verify', path);
    const bytes = readFileSync(file);
    const changed = (name: string, change: (copy: Buffer) => void): string => {
      const copy = Buffer.from(bytes);
      change(copy);
      const path = newFile(name);
      writeFileSync(path, copy);
      return path;
    };
    await expect(verify(changed('damaged', (copy) => copy.fill(7, 4096, 40_960)))).rejects.toThrow(
      /is damaged|is no backup/,
    );
    await expect(verify(changed('cut', (copy) => copy.fill(0, 8192)))).rejects.toThrow(/is damaged|is no backup/);
    await expect(verify(changed('text', (copy) => copy.write('hello')))).rejects.toThrow('is no backup of Latchkey');
    await expect(verify('/no/such/file')).rejects.toThrow('There is no file');
    const other = newFile('other');
    new BetterSqlite3(other).exec('CREATE TABLE x (y)').close();
    await expect(verify(other)).rejects.toThrow('is no backup of Latchkey');
    const wrong = settingsOf(latchkey, { APP_SECRET: 'another secret of enough characters' });
    await expect(runWithConfig(wrong, 'db', 'verify', file)).rejects.toThrow('APP_SECRET does not open the key');

    const connection = new BetterSqlite3(file);
    connection.exec("DROP TRIGGER events_not_changed; UPDATE events SET kind = 'signed_in' WHERE number = 1");
    connection.close();
    await expect(verify(file)).rejects.toThrow(/^Event 1 of .* was changed/);
  });

  it('of an older version is migrated before it is restored', async () => {
    const latchkey = await start();
    await latchkey.person();
    const file = newFile();
    await run(latchkey, 'backup', file);
    const connection = new BetterSqlite3(file);
    // As before migration 0007, which is the eighth.
    connection.exec('DROP TABLE marks');
    connection.exec(
      'DELETE FROM __drizzle_migrations WHERE created_at NOT IN (SELECT created_at FROM __drizzle_migrations ORDER BY created_at LIMIT 7)',
    );
    connection.close();
    const config = settingsOf(latchkey, { DATABASE_URL: await engine.freshUrl() });
    expect(await runWithConfig(config, 'db', 'restore', file)).toContain('Restored 1 users');
    expect(await runWithConfig(config, 'db', 'status')).toMatch(/^Migrations +up to date$/m);
  });

  it('is not restored over users, nor while the database is in use', async () => {
    const latchkey = await start();
    await latchkey.person();
    const file = newFile();
    await run(latchkey, 'backup', file);
    await expect(run(latchkey, 'restore', file)).rejects.toThrow(
      /is in use. Stop the server first|Other programs are connected/,
    );
  });
});

describe('restoring over a database of SQLite', () => {
  const [sqlite] = engines;

  it('is refused, unless with --replace, which keeps the one before', async () => {
    const latchkey = await startLatchkey(sqlite);
    const { username } = await latchkey.person();
    const file = newFile();
    await run(latchkey, 'backup', file);
    const later = await latchkey.person();
    await latchkey.stop();
    await expect(run(latchkey, 'restore', file)).rejects.toThrow('The database has 2 users. Add --replace');
    const output = await run(latchkey, 'restore', file, '--replace');
    const [, kept = ''] = /The database before is (\S+)\.$/.exec(output) ?? [];
    const path = pathOf(latchkey.databaseUrl);
    expect(readdirSync(dirname(path)).filter((name) => /wal|shm|partial/.test(name))).toEqual([]);
    expect(new BetterSqlite3(kept).prepare('SELECT count(*) FROM users').pluck().get()).toBe(2);
    const again = await restart(latchkey);
    expect(await again.accounts.findByUsername(username)).toBeDefined();
    expect(await again.accounts.findByUsername(later.username)).toBeUndefined();
  });
});

describe.each(engines.flatMap((from) => engines.map((to) => [from, to] as const)))('moving', (from, to) => {
  const title = `${from.name} to ${to.name}`;
  const startSource = () => startLatchkey(from, { settings: { SMTP_URL: 'smtp://127.0.0.1:1' } });
  const targetOf = (engine: Engine): Promise<string> => engine.freshUrl();

  it(`copies every value from ${title}, and sessions go on`, async () => {
    const latchkey = await startSource();
    const person = await populate(latchkey);
    const content = await contentOf(latchkey);
    const url = await targetOf(to);
    const said = await run(latchkey, 'move', url);
    expect(said).toMatch(/^Copied and compared \d+ rows\./);
    // It may have been ended before it could say so.
    expect(await run(latchkey, 'move', url)).toBe(said);
    const moved = await startLatchkey(to, { settings: latchkey.settings, databaseUrl: url, clock: latchkey.clock });
    expect(await contentOf(moved)).toEqual(content);
    await moved.me(person.access_token).expect(200);
    await moved.http.post('/api/sessions/refresh').send({ refresh_token: person.refresh_token }).expect(200);
    // The source is unchanged.
    expect(await contentOf(latchkey)).toEqual(content);
    await expect(run(latchkey, 'move', url)).rejects.toThrow('The other database is not empty.');
  });

  it(`continues from ${title} after an interruption`, async () => {
    const latchkey = await startSource();
    const { database, clock } = latchkey;
    const person = await latchkey.person();
    const many = Array.from({ length: 2500 }, (_, n) => ({ key: `key ${n}`, count: n, until: clock.now() }));
    await database.transaction(async (write) => void (await write.insert(database.tables.rateLimits).values(many)));
    const url = await targetOf(to);
    await migrateDatabase(url, 'all');
    // A row that the move cannot insert: it stops in the middle of the table.
    const trigger =
      to.name === 'SQLite'
        ? `CREATE TRIGGER stop BEFORE INSERT ON rate_limits WHEN NEW.count = 1500 BEGIN SELECT RAISE(ABORT, 'full'); END`
        : `CREATE FUNCTION stop() RETURNS trigger AS $$ BEGIN IF NEW.count = 1500 THEN RAISE EXCEPTION 'full'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER stop BEFORE INSERT ON rate_limits FOR EACH ROW EXECUTE FUNCTION stop()`;
    await to.execute(url, trigger);
    await expect(run(latchkey, 'move', url)).rejects.toThrow();
    await to.execute(url, to.name === 'SQLite' ? 'DROP TRIGGER stop' : 'DROP TRIGGER stop ON rate_limits');
    expect(await run(latchkey, 'move', url)).toMatch(/^Copied and compared/);
    const moved = await startLatchkey(to, { settings: latchkey.settings, databaseUrl: url, clock });
    expect(await contentOf(moved)).toEqual(await contentOf(latchkey));
    await moved.me(person.access_token).expect(200);
  });
});

describe.each(engines)('pnpm db on $name', (engine) => {
  it('migrates a new database, and says what there is', async () => {
    const config = testConfig({ DATABASE_URL: await engine.freshUrl() });
    expect(await runWithConfig(config, 'db', 'status')).toBe(
      'There is no database yet. The start of the server creates it.',
    );
    expect(await runWithConfig(config, 'db', 'migrate')).toBe('The tables are up to date.');
    const status = await runWithConfig(config, 'db', 'status');
    expect(status).toMatch(new RegExp(`^Engine +${engine.name} \\d+`, 'm'));
    expect(status).toMatch(/^Migrations +up to date$/m);
    expect(status).toMatch(/^Users +0$/m);
  });

  it('refuses to move to itself, or to a wrong address', async () => {
    const config = testConfig({ DATABASE_URL: await engine.freshUrl() });
    await expect(runWithConfig(config, 'db', 'move', config.databaseUrl)).rejects.toThrow(
      'The database is there already.',
    );
    await expect(runWithConfig(config, 'db', 'move', 'mysql://x')).rejects.toThrow('The URL must be file:<path>');
  });
});
