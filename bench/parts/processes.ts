import type { Request } from 'autocannon';
import pg from 'pg';
import { startPostgres } from '../../apps/api/testing/start-postgres.ts';
import { startLatchkey, trade } from '../latchkey.ts';
import { press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import { parentOf, processorMilliseconds } from '../processor-time.ts';
import { fill } from '../world.ts';

const people = 100_000;
const each = 32;
const [cost, speed] = ['processor time of a read', 'reads per second'];
const [one, two] = ['one process', 'two processes'];

export const processes: Part = {
  title: 'Two processes',
  about: `Reads of ${people.toLocaleString('en')} users from PostgreSQL, ${each} connections for each process. The processor time is that of Latchkey and PostgreSQL together, divided by the reads.`,
  targets: [
    { what: 'processor time of a read with two processes, vs. one', of: [cost, two], to: [cost, one], max: 1.5 },
  ],
  async measure(say) {
    say('starting and filling PostgreSQL');
    const postgres = await startPostgres();
    const admin = new pg.Client(`${postgres.url}/postgres`);
    await admin.connect();
    await admin.query('CREATE DATABASE latchkey');
    const { rows } = await admin.query('SELECT pg_backend_pid() AS pid');
    const postmaster = parentOf(rows[0].pid);
    const data = await fill(`${postgres.url}/latchkey`, people);
    const servers = [await startLatchkey(data.databaseUrl), await startLatchkey(data.databaseUrl)];
    const [first, second] = servers;
    if (!first || !second) throw new Error('no server');
    const pairs = await trade(first, data);
    const headers = pairs.map(({ access_token }) => ({ Authorization: `Bearer ${access_token}` }));
    const requests = headers.map((one): Request => ({ method: 'GET', path: '/api/accounts/me', headers: one }));

    const read = (used: typeof servers) => async () => {
      const spent = (): number =>
        [postmaster, ...used.map(({ pid }) => pid)].reduce((sum, pid) => sum + processorMilliseconds(pid), 0);
      const requestsOf = (place: number) => (connection: number) =>
        requests.filter((_, n) => n % (each * used.length) === place * each + connection);
      const from = spent();
      const loads = await Promise.all(
        used.map(({ base }, place) => press({ base, connections: each, seconds: 4, requestsOf: requestsOf(place) })),
      );
      const reads = loads.reduce((sum, { answers }) => sum + answers, 0);
      return {
        [cost]: ((spent() - from) * 1000) / reads,
        [speed]: loads.reduce((sum, { perSecond }) => sum + perSecond, 0),
      };
    };
    const metrics = await inTurn(
      5,
      { [cost]: 'µs', [speed]: '/s' },
      { [one]: read([first]), [two]: read(servers) },
      say,
    );
    await admin.end();
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.stop();
    return metrics;
  },
};
