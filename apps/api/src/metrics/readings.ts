import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { MetricStore } from './metric-store.ts';
import type { Reading } from './metrics.ts';

type Needs = {
  readonly metrics: MetricStore;
  readonly hasher: Pick<PasswordHasher, 'load'>;
  readonly connections: Database['connections'];
  readonly clock: Clock;
};

/** Repeats `count` only after fifty times as long as it took; until then its last result is returned. */
export const rarely = <Result>(
  count: () => Promise<Result>,
  now = () => performance.now(),
): (() => Promise<Result>) => {
  let latest: Promise<Result> | undefined;
  let nextAt = 0;
  return () => {
    if (latest && now() < nextAt) return latest;
    const startedAt = now();
    nextAt = Number.POSITIVE_INFINITY;
    latest = count().finally(() => {
      nextAt = now() + 50 * (now() - startedAt);
    });
    return latest;
  };
};

/** What Prometheus reads besides the requests. A name that ends in `_total` only grows. */
export const createReadings = ({ metrics, hasher, connections, clock }: Needs): readonly Reading[] => {
  // It reads the whole table.
  const countLiveSessions = rarely(metrics.countLiveSessions);
  // Two readings share it.
  const findWaitingMessages = rarely(metrics.findWaitingMessages);
  return [
    {
      name: 'latchkey_sessions_live',
      aggregator: 'max',
      help: 'User sessions and API tokens that are neither ended nor expired.',
      label: 'kind',
      read: countLiveSessions,
    },
    {
      name: 'latchkey_messages_waiting',
      aggregator: 'max',
      help: 'Messages that are not sent yet.',
      read: async () => (await findWaitingMessages()).waiting,
    },
    {
      name: 'latchkey_messages_oldest_seconds',
      aggregator: 'max',
      help: 'Age of the oldest message that is not sent yet; 0 if there is none.',
      async read() {
        const { oldest } = await findWaitingMessages();
        return oldest ? Math.max(0, (clock().getTime() - oldest.getTime()) / 1000) : 0;
      },
    },
    {
      name: 'latchkey_hash_tasks',
      help: 'Password hashes that run, and those that wait for a thread.',
      label: 'state',
      read: () => ({ running: hasher.load().running, waiting: hasher.load().waiting }),
    },
    { name: 'latchkey_hashes_total', help: 'Password hashes that started.', read: () => hasher.load().started },
    {
      name: 'latchkey_hash_wait_seconds_total',
      help: 'Time that password hashes waited for a thread, all together.',
      read: () => hasher.load().waitedSeconds,
    },
    {
      name: 'latchkey_database_connections',
      help: 'Connections of the pool: in use, idle, and requests that wait for one. SQLite has none.',
      label: 'state',
      read: connections,
    },
  ];
};
