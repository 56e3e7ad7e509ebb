import type { ResponseOf } from '@latchkey/contract/endpoint';
import type { ready } from '@latchkey/contract/health';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { MarkStore } from '../database/mark-store.ts';
import type { MetricStore } from '../metrics/metric-store.ts';

type Needs = {
  /** Throws if the database does not answer. */
  readonly probeDatabase: Database['probe'];
  readonly transaction: Database['transaction'];
  readonly marks: Pick<MarkStore, 'set'>;
  readonly metrics: MetricStore;
  /** The free bytes of the disk of SQLite; undefined for PostgreSQL, which has its own. */
  readonly freeBytes: () => number | undefined;
  readonly clock: Clock;
};

type Readiness = ResponseOf<typeof ready>;

/** Any number of probes cost one write in this time. */
const validMilliseconds = 1_000;
const lateSeconds = 3600;
const lowBytes = 200_000_000;

/** Whether the service can read and write, and what will stop it soon. */
export const createReadiness = ({ probeDatabase, transaction, marks, metrics, freeBytes, clock }: Needs) => {
  let written: { readonly result: Promise<unknown>; readonly until: number } | undefined;
  const write = (): Promise<unknown> => {
    const now = performance.now();
    if (!written || written.until <= now) {
      const result = transaction((write) => marks.set(write, 'ready', clock()));
      written = { result, until: now + validMilliseconds };
      // A failure is not kept.
      result.catch(() => {
        written = undefined;
      });
    }
    return written.result;
  };
  return async (): Promise<Readiness> => {
    await probeDatabase();
    await write();
    const { oldest } = await metrics.findWaitingMessages();
    const isLate = oldest !== undefined && clock().getTime() - oldest.getTime() > lateSeconds * 1000;
    const isLow = (freeBytes() ?? Number.POSITIVE_INFINITY) < lowBytes;
    return { status: 'ok', messages: isLate ? 'late' : 'ok', disk: isLow ? 'low' : 'ok' };
  };
};
