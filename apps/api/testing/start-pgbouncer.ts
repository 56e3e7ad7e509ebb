import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.ts';

export const hasPgBouncer = (): boolean => spawnSync('pgbouncer', ['--version']).status === 0;

/** PgBouncer refuses to run as root. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

const answers = async (port: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
};

/**
 * Starts PgBouncer in transaction mode, with four connections to the database, until the test ends.
 * @returns the URL of the same database through PgBouncer
 */
export const startPgBouncer = async (databaseUrl: string): Promise<string> => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'));
  const poolerPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const server = `host=${hostname} port=${port} user=${username} password=${password}`;
  writeFileSync(
    file,
    `[databases]
* = ${server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${poolerPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
  );
  chmodSync(file, 0o644);
  if (isRoot) chownSync(folder, nobody, nobody);
  const pooler = spawn('pgbouncer', [file], { stdio: 'ignore', ...(isRoot && { uid: nobody, gid: nobody }) });
  onTestFinished(() => void pooler.kill('SIGKILL'));
  await vi.waitUntil(
    () =>
      answers(poolerPort).then(
        () => true,
        () => false,
      ),
    { timeout: 20_000 },
  );
  return Object.assign(new URL(databaseUrl), { port: String(poolerPort), pathname }).href;
};
