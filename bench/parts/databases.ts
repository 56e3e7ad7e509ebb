import pg from 'pg';
import { startPostgres } from '../../apps/api/testing/start-postgres.ts';
import { inTurn, type Part } from '../part.ts';
import { fill, latchkeyData, latchkeyReader, people, type Reader, readProfiles } from '../world.ts';

const metric = 'reads per second';

export const databases: Part = {
  title: 'SQLite and PostgreSQL',
  about: `The same reads of the same ${people.toLocaleString('en')} users, from SQLite and from a PostgreSQL that shares the two cores of this machine.`,
  targets: [{ what: 'reads on PostgreSQL, vs. SQLite', of: [metric, 'PostgreSQL'], to: [metric, 'SQLite'], min: 0.8 }],
  async measure(say) {
    say('starting and filling PostgreSQL');
    const server = await startPostgres();
    const admin = new pg.Client(`${server.url}/postgres`);
    await admin.connect();
    await admin.query('CREATE DATABASE latchkey');
    await admin.end();
    const readers: Record<string, Reader> = {
      SQLite: await latchkeyReader(await latchkeyData()),
      PostgreSQL: await latchkeyReader(await fill(`${server.url}/latchkey`, people)),
    };
    const read = (reader: Reader) => async () => {
      const { perSecond, p50, p99 } = await readProfiles(reader, 1);
      return { [metric]: perSecond, p50, p99 };
    };
    const kinds = Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, read(reader)]));
    const metrics = await inTurn(5, { [metric]: '/s', p50: 'ms', p99: 'ms' }, kinds, say);
    await Promise.all(Object.values(readers).map((reader) => reader.stop()));
    await server.stop();
    return metrics;
  },
};
