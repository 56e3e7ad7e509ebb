import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { untilPostgresAnswers } from './start-postgres.ts';

/** Where Debian installs each version. */
const root = '/usr/lib/postgresql';

/** PostgreSQL refuses to run as root. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const as = isRoot ? { uid: nobody, gid: nobody } : {};

/** The oldest version that the system's packages have installed, such as `15`; undefined if there is none. */
export const systemPostgres = (existsSync(root) ? readdirSync(root) : [])
  .filter((version) => existsSync(join(root, version, 'bin/postgres')))
  .sort((one, other) => Number(one) - Number(other))[0];

/**
 * Starts that version of PostgreSQL, in a folder of its own.
 * @returns its URL without a database, and a function that ends it and removes the folder
 */
export const startSystemPostgres = async (version: string) => {
  const programs = join(root, version, 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  if (isRoot) chownSync(folder, nobody, nobody);
  const data = join(folder, 'data');
  const initialize = ['-D', data, '--username=latchkey', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initialize, { stdio: 'ignore', cwd: folder, ...as });
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'fsync=off',
  ];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    stdio: 'ignore',
    cwd: folder,
    ...as,
  });
  await untilPostgresAnswers(port);
  const stop = async (): Promise<void> => {
    // The immediate shutdown: nothing needs to survive.
    server.kill('SIGQUIT');
    await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://latchkey:latchkey@127.0.0.1:${port}`, stop };
};
