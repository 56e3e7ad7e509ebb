import type { Request } from 'autocannon';
import pg from 'pg';
import { startPostgres } from '../../apps/api/testing/start-postgres.ts';
import { fromAnywhere, startLatchkey, trade } from '../latchkey.ts';
import { press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import { parentOf, processorMilliseconds } from '../processor-time.ts';
import { fill, latchkeySignIns, password } from '../world.ts';
import { refreshing } from './refreshes.ts';

const people = 100_000;
const server = 'processor time of Latchkey';
const database = 'processor time of PostgreSQL';
const [transactions, logged, stored] = ['transactions', 'written to its log', 'bytes stored'];

let registered = 0;
/** A new user each time, from another address. */
export const registrations = (): Request[] => [
  {
    method: 'POST',
    path: '/api/accounts/register',
    setupRequest: (request) => ({
      ...request,
      headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
      body: JSON.stringify({ username: `new-${registered++}`, password }),
    }),
  },
];

/** What PostgreSQL has done so far. */
const countersOf = async (client: pg.Client) => {
  const { rows } = await client.query(
    `SELECT pg_backend_pid() AS pid, pg_database_size(current_database())::float8 AS stored,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS logged,
       (SELECT xact_commit::float8 FROM pg_stat_database WHERE datname = current_database()) AS transactions`,
  );
  const [{ pid, stored, logged, transactions }] = rows;
  return { postgres: processorMilliseconds(parentOf(pid)), stored, logged, transactions };
};

export const costs: Part = {
  title: 'What a call costs',
  about: `Sixteen connections, ${people.toLocaleString('en')} users on a PostgreSQL of the same machine. The processor time of all threads and processes, divided by the calls. The log (WAL) includes whole pages after a checkpoint. A sign-in hashes a password (bcrypt, cost 12, or argon2id). \`pnpm capacity\` computes with these numbers.`,
  targets: [],
  async measure(say) {
    say('starting and filling PostgreSQL');
    const postgres = await startPostgres();
    const admin = new pg.Client(`${postgres.url}/postgres`);
    await admin.connect();
    await admin.query('CREATE DATABASE latchkey');
    await admin.end();
    const data = await fill(`${postgres.url}/latchkey`, people);
    const latchkey = await startLatchkey(data.databaseUrl);
    const argon2id = await startLatchkey(data.databaseUrl, { settings: { PASSWORD_HASH: 'argon2id' } });
    const pairs = await trade(latchkey, data);
    const headers = pairs.map(({ access_token }) => ({ Authorization: `Bearer ${access_token}` }));
    const client = new pg.Client(data.databaseUrl);
    await client.connect();

    const reads = (connection: number): Request[] =>
      headers
        .filter((_, n) => n % 16 === connection)
        .map((one) => ({ method: 'GET', path: '/api/accounts/me', headers: one }));

    const measured =
      (program: typeof latchkey, seconds: number, requestsOf: (connection: number) => Request[]) => async () => {
        await client.query('CHECKPOINT');
        const [before, from] = [await countersOf(client), processorMilliseconds(program.pid)];
        const { answers: calls } = await press({ base: program.base, connections: 16, seconds, requestsOf });
        const [after, until] = [await countersOf(client), processorMilliseconds(program.pid)];
        return {
          [server]: ((until - from) * 1000) / calls,
          [database]: ((after.postgres - before.postgres) * 1000) / calls,
          [transactions]: (after.transactions - before.transactions) / calls,
          [logged]: (after.logged - before.logged) / calls,
          [stored]: (after.stored - before.stored) / calls,
        };
      };
    const metrics = await inTurn(
      3,
      { [server]: 'µs', [database]: 'µs', [transactions]: '', [logged]: 'bytes', [stored]: 'bytes' },
      {
        read: measured(latchkey, 5, reads),
        refresh: measured(latchkey, 5, () => refreshing(data.refreshTokens.pop())),
        'sign-in, bcrypt': measured(latchkey, 15, () => latchkeySignIns('bcrypt')),
        'sign-in, argon2id': measured(argon2id, 10, () => latchkeySignIns('argon2id')),
        registration: measured(argon2id, 10, () => registrations()),
      },
      say,
    );
    await client.end();
    await Promise.all([latchkey.stop(), argon2id.stop()]);
    await postgres.stop();
    return metrics;
  },
};
