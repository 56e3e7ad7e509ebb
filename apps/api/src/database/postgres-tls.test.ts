import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { startPostgres } from '../../testing/start-postgres.ts';
import { openDatabase } from './open.ts';

const [, engine] = engines;

/** The certificates are for `localhost`, signed by a CA that nobody knows. */
const fileOf = (name: string): string => fileURLToPath(new URL(`../../testing/tls/${name}`, import.meta.url));
const filesWith = (certificate: string) => ({
  'server.crt': readFileSync(fileOf(certificate), 'utf8'),
  'server.key': readFileSync(fileOf('server.key'), 'utf8'),
});

/** A PostgreSQL with TLS. The function returns the URL of a new database, with these parameters. */
const shareServer = (certificate: string) => {
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined;
  beforeAll(async () => {
    server = await startPostgres({ settings: ['ssl=on', 'fsync=off'], files: filesWith(certificate) });
  });
  afterAll(() => server?.stop());
  let databases = 0;
  return async (host: string, parameters: string): Promise<string> => {
    if (!server) throw new Error('not started yet');
    databases += 1;
    const client = new pg.Client(`${server.url}/postgres`);
    await client.connect();
    await client.query(`CREATE DATABASE tls_${databases}`);
    await client.end();
    return `${server.url.replace('127.0.0.1', host)}/tls_${databases}?${parameters}`;
  };
};

describe('a PostgreSQL with TLS', () => {
  const urlOf = shareServer('server.pem');
  const trusted = `sslrootcert=${fileOf('ca.pem')}`;

  it.each([
    ['verify-full', trusted],
    ['require', trusted],
    ['no-verify', ''],
  ])('serves over TLS with sslmode=%s', async (mode, parameters) => {
    const databaseUrl = await urlOf('localhost', `sslmode=${mode}&${parameters}`);
    await (await openDatabase(databaseUrl)).close();
    const latchkey = await startLatchkey(engine, { databaseUrl });
    const { access_token } = await latchkey.login();
    await latchkey.me(access_token).expect(200);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query(
      'SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = current_database()',
    );
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });

  it.each([
    [
      'a certificate of an unknown CA',
      'localhost',
      'sslmode=verify-full',
      /Its certificate is not trusted; add sslrootcert/,
    ],
    [
      'a certificate of another host',
      '127.0.0.1',
      `sslmode=verify-full&${trusted}`,
      /Its certificate is for another host/,
    ],
  ])('is refused for %s, with what to change', async (_what, host, parameters, sentence) => {
    await expect(openDatabase(await urlOf(host, parameters))).rejects.toThrow(sentence);
  });
});

describe('a PostgreSQL whose certificate has expired', () => {
  const urlOf = shareServer('expired.pem');

  it('is refused, with the reason', async () => {
    const url = await urlOf('localhost', `sslmode=verify-full&sslrootcert=${fileOf('ca.pem')}`);
    await expect(openDatabase(url)).rejects.toThrow(/Its certificate has expired\./);
  });
});
