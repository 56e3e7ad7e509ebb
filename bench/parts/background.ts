import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { readConfig } from '../../apps/api/src/config.ts';
import { openDatabase } from '../../apps/api/src/database/open.ts';
import { rotateKey } from '../../apps/api/src/keys/rotate-key.ts';
import { createServices } from '../../apps/api/src/services.ts';
import { environmentOf } from '../latchkey.ts';
import { inTurn, type Part } from '../part.ts';
import { fileIn, fill } from '../world.ts';

const metric = 'longest event-loop block';
const [people, revoked, stale] = [1_000_000, 150_000, 20_000];
const jobs = ['key reload after a rotation', 'purge', 'first poll of the feed', 'later poll of the feed'] as const;

/** Creates long-ended sessions, expired rate limits, API tokens and many revocations. */
const age = (databaseUrl: string): void => {
  const database = new BetterSqlite3(databaseUrl.slice('file:'.length));
  const now = Date.now();
  const longAgo = now - 40 * 86_400_000;
  database.exec(`
    CREATE TEMP TABLE picked AS SELECT id, row_number() OVER () AS number FROM sessions LIMIT ${revoked + 2 * stale};
    UPDATE sessions SET ended_at = ${longAgo} WHERE id IN (SELECT id FROM picked WHERE number <= ${stale});
    UPDATE sessions SET kind = 'api_token', name = 'bench' WHERE id IN (SELECT id FROM picked WHERE number BETWEEN ${stale} AND ${2 * stale});
    INSERT INTO revocations (session_id, before, until, revision)
      SELECT id, ${now}, ${now + 86_400_000}, number FROM picked WHERE number > ${2 * stale};
    INSERT INTO revocations (session_id, before, until, revision)
      SELECT 'over ' || id, ${longAgo}, ${longAgo}, 0 FROM picked WHERE number <= ${stale};
    INSERT INTO rate_limits (key, count, until) SELECT id, 1, ${longAgo} FROM picked WHERE number <= ${stale};
  `);
  database.close();
};

const maxBlock = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await sleep(50);
  delay.reset();
  await work();
  await sleep(50);
  delay.disable();
  return { [metric]: delay.max / 1e6 };
};

export const background: Part = {
  title: 'Background work',
  about: `The timers and polls of one process on SQLite: a million sessions, ${revoked.toLocaleString('en')} of them revoked; after a key rotation; ${stale.toLocaleString('en')} rows of each kind to purge.`,
  targets: jobs.map((job) => ({ what: `${job}: event-loop block`, of: [metric, job], max: 20 })),
  async measure(say) {
    say(`filling ${people}`);
    const { databaseUrl } = await fill(`file:${fileIn('background.db')}`, people);
    age(databaseUrl);
    const config = readConfig(environmentOf(databaseUrl));
    const database = await openDatabase(databaseUrl);
    let ahead = 0;
    const services = createServices(config, database, () => new Date(Date.now() + ahead));
    await services.keys.reload();
    await rotateKey(services)(5);
    ahead = 3_600_000;

    const poll = async (): Promise<void> => {
      await services.revocationFeed.waitForChange(() => false, 0, AbortSignal.timeout(60_000));
      await services.revocationFeed.current().jwt;
    };
    const works = [services.jobs.reloadKeys.run, services.jobs.purgeExpired.run, poll, poll];
    const kinds = Object.fromEntries(jobs.map((job, index) => [job, () => maxBlock(works[index] ?? poll)]));
    const metrics = await inTurn(1, { [metric]: 'ms' }, kinds, say);
    await services.hasher.close();
    await database.close();
    return metrics;
  },
};
