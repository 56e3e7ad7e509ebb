import { asc, count, gt, isNull, min } from 'drizzle-orm';
import type { Clock, Sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';

/** Rows of one statement: it must not hold the event loop for over 20 ms. */
const rowsPerStatement = 2000;

/** The counts that an operator watches. */
export const createMetricStore = (
  { tables, read }: Database,
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep },
) => {
  const { sessions, messages } = tables;

  return {
    /** Counts the live sessions by kind, in small steps: on SQLite a read of the whole table would stop the event loop. */
    async countLiveSessions(): Promise<Record<string, number>> {
      const counts: Record<string, number> = { sign_in: 0, api_token: 0, app: 0 };
      const now = clock();
      for (let after = ''; ; ) {
        const rows = await read
          .select({ id: sessions.id, kind: sessions.kind, endedAt: sessions.endedAt, expiresAt: sessions.expiresAt })
          .from(sessions)
          .where(gt(sessions.id, after))
          .orderBy(asc(sessions.id))
          .limit(rowsPerStatement);
        for (const { kind, endedAt, expiresAt } of rows) {
          if (!endedAt && expiresAt > now) counts[kind] = (counts[kind] ?? 0) + 1;
        }
        const last = rows.at(-1);
        if (!last || rows.length < rowsPerStatement) return counts;
        after = last.id;
        await sleep(0);
      }
    },

    /** How many messages wait, and when the oldest of them was posted. */
    async findWaitingMessages() {
      const [found] = await read
        .select({ waiting: count(), oldest: min(messages.createdAt) })
        .from(messages)
        .where(isNull(messages.endedAt));
      return { waiting: Number(found?.waiting ?? 0), oldest: found?.oldest ?? undefined };
    },
  };
};

export type MetricStore = ReturnType<typeof createMetricStore>;
