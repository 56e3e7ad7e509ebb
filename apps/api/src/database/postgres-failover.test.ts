import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, startLatchkey } from '../../testing/start-latchkey.ts';
import { startPostgres } from '../../testing/start-postgres.ts';

const [, engine] = engines;

const ask = async (url: string, ...statements: string[]): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client(url);
  await client.connect();
  let rows: Record<string, unknown>[] = [];
  for (const statement of statements) ({ rows } = await client.query(statement));
  await client.end();
  return rows;
};

const start = async (options: Parameters<typeof startPostgres>[0]) => {
  const server = await startPostgres(options);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= server.stop());
  onTestFinished(stop);
  return { ...server, stop };
};

/** A server and its hot standby, which follows it (PostgreSQL's documentation, chapters 26.3.3 and 27.2). */
const startPair = async () => {
  const primary = await start({});
  const client = new pg.Client(`${primary.url}/postgres`);
  await client.connect();
  await client.query('CREATE DATABASE latchkey');
  await client.query("SELECT pg_backup_start('standby', true)");
  const { port } = new URL(primary.url);
  const standby = await start({
    copyOf: {
      databaseDir: primary.databaseDir,
      copied: async () => {
        const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
        return { backup_label: rows[0].labelfile };
      },
    },
    settings: [`primary_conninfo=host=127.0.0.1 port=${port} user=latchkey password=latchkey`],
    files: { 'standby.signal': '' },
  });
  await client.end();
  return { primary, standby };
};

/** The address that a team's failover moves from one server to the other. */
const startAddress = async (first: string) => {
  let target = Number(new URL(first).port);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  onTestFinished(() => {
    close();
    server.close();
  });
  return {
    url: Object.assign(new URL(`${first}/latchkey`), { port: String((server.address() as AddressInfo).port) }).href,
    moveTo(url: string): void {
      target = Number(new URL(url).port);
      close();
    },
  };
};

it('a failover to a standby: 503 until it is promoted, then everything goes on, and nothing is lost', async () => {
  const { primary, standby } = await startPair();
  const address = await startAddress(primary.url);
  const latchkey = await startLatchkey(engine, { databaseUrl: address.url });
  latchkey.breaks();
  const { access_token, refresh_token, user } = await latchkey.login();
  const rename = () =>
    latchkey.http
      .patch('/api/accounts/me')
      .set(...bearer(access_token))
      .send({ displayName: 'Ada' });
  await rename().expect(200);
  const countSql = `SELECT count(*) AS n FROM users WHERE display_name = 'Ada'`;
  await expect.poll(() => ask(`${standby.url}/latchkey`, countSql)).toEqual([{ n: '1' }]);

  await primary.stop();
  const failed = await rename();
  expect(failed.status).toBe(503);
  expect(failed.headers['retry-after']).toMatch(/^\d+$/);
  address.moveTo(standby.url);
  // It answers reads, and refuses writes (25006).
  await expect.poll(async () => (await latchkey.me(access_token)).status).toBe(200);
  expect((await rename()).status).toBe(503);

  await ask(`${standby.url}/postgres`, 'SELECT pg_promote()');
  await expect.poll(async () => (await rename()).status).toBe(200);
  const { body } = await latchkey.http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
  expect(body.user).toMatchObject({ id: user.id, displayName: 'Ada' });
});
