import { generateKeyPairSync, sign } from 'node:crypto';
import type { Request } from 'autocannon';
import BetterSqlite3 from 'better-sqlite3';
import { fromAnywhere, startLatchkey } from '../latchkey.ts';
import { press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import type { Program } from '../program.ts';
import { connections, fileIn, latchkeyData } from '../world.ts';

const metric = 'refreshes per second';

/** Sequential durable single-row commits per second, without a server. */
const commitAlone = (seconds: number): number => {
  const database = new BetterSqlite3(fileIn('commits.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE IF NOT EXISTS counted (id INTEGER PRIMARY KEY, count INTEGER)');
  database.exec('INSERT OR IGNORE INTO counted VALUES (1, 0)');
  const commit = database.prepare('UPDATE counted SET count = count + 1 WHERE id = 1');
  let commits = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; commits++) commit.run();
  database.close();
  return commits / seconds;
};

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const signAlone = (seconds: number): number => {
  let signatures = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; signatures++) {
    sign('sha256', Buffer.alloc(500), privateKey);
  }
  return signatures / seconds;
};

/** The requests of one connection: each presents the refresh token of the previous answer. */
export const refreshing = (first: string | undefined): Request[] => {
  let token = first;
  return [
    {
      method: 'POST',
      path: '/api/sessions/refresh',
      setupRequest: (request) => ({
        ...request,
        headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
        body: JSON.stringify({ refresh_token: token }),
      }),
      onResponse: (_status, body) => {
        token = JSON.parse(body).refresh_token;
      },
    },
  ];
};

export const refreshes: Part = {
  title: 'Refreshes',
  about:
    'Every refresh is on disk before it is answered (synchronous = FULL). For comparison, durable single-row commits without a server. 32 connections share commits, one cannot.',
  targets: [
    {
      what: 'refreshes, vs. durable commits',
      of: [metric, 'Latchkey, 32 connections'],
      to: [metric, 'commits alone'],
      min: 0.5,
    },
  ],
  async measure(say) {
    const { databaseUrl, refreshTokens } = await latchkeyData();
    const latchkey = await startLatchkey(databaseUrl);
    const cheaper = await startLatchkey(databaseUrl, { settings: { JWT_ALGORITHM: 'ES256' } });
    const refresh =
      ({ base }: Program, connections: number) =>
      async () => {
        const run = {
          base,
          connections,
          warmSeconds: 0.5,
          seconds: 3,
          requestsOf: () => refreshing(refreshTokens.pop()),
        };
        return { [metric]: (await press(run)).perSecond };
      };
    const metrics = await inTurn(
      4,
      { [metric]: '/s' },
      {
        'commits alone': async () => ({ [metric]: commitAlone(3) }),
        'Latchkey, 32 connections': refresh(latchkey, connections),
        'Latchkey, 1 connection': refresh(latchkey, 1),
        'Latchkey with ES256, 32 connections': refresh(cheaper, connections),
        'RS256 signatures alone, in one thread': async () => ({ [metric]: signAlone(1) }),
      },
      say,
    );
    await Promise.all([latchkey.stop(), cheaper.stop()]);
    return metrics;
  },
};
