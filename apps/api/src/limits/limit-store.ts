import { createHash } from 'node:crypto';
import { maxWaitSeconds } from '@latchkey/contract/limits';
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';

/** Hashed, so that the table contains no user input and no addresses. */
export const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

/** Adds `times` to a key. `until` is the end of the window that opens if none is open. */
type Consumption = { readonly key: string; readonly times: number; readonly until: Date };
export type LimitWindow = { readonly key: string; readonly count: number; readonly until: Date };

export const createLimitStore = ({ tables: { rateLimits }, prepareWrite }: Database) => {
  const isPast = (column: SQLiteColumn, now: unknown) => sql`${column} <= ${sql.param(now, column)}`;
  const addOrReopen = (over: SQL) => ({
    target: rateLimits.key,
    set: {
      count: sql`case when ${over} then excluded.count else ${rateLimits.count} + excluded.count end`,
      until: sql`case when ${over} then excluded.until else ${rateLimits.until} end`,
    },
  });
  const window = { key: rateLimits.key, count: rateLimits.count, until: rateLimits.until };

  const over = isPast(rateLimits.until, sql.placeholder('now'));
  const addUp = prepareWrite('add_to_limit', (write) =>
    write
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: sql.placeholder('times'), until: sql.placeholder('until') })
      .onConflictDoUpdate(addOrReopen(over))
      .returning(window),
  );

  const consumeGuess = prepareWrite('consume_guess', (write) =>
    write
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: 1, until: sql.placeholder('until') })
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: { ...addOrReopen(over).set, until: sql`excluded.until`, retryAt: null },
        setWhere: sql`${rateLimits.retryAt} is null or ${isPast(rateLimits.retryAt, sql.placeholder('now'))}`,
      })
      .returning({ count: rateLimits.count }),
  );

  const ofKey = eq(rateLimits.key, sql.placeholder('key'));
  const resetAll = prepareWrite('reset_limit', (write) => write.delete(rateLimits).where(ofKey).returning());
  const resetAtOne = prepareWrite('reset_limit_at_one', (write) =>
    write
      .delete(rateLimits)
      .where(and(ofKey, lte(rateLimits.count, 1)))
      .returning(),
  );
  const refundOne = prepareWrite('refund_limit', (write) =>
    write
      .update(rateLimits)
      .set({ count: sql`${rateLimits.count} - 1`, retryAt: null })
      .where(ofKey)
      .returning(),
  );

  return {
    /** Adds `times` and returns the window; an expired one starts again. One statement, so that no race gains an attempt. */
    async add(write: Write, consumption: Consumption, now: Date): Promise<LimitWindow> {
      const [row] = await addUp(write, { ...consumption, now });
      if (!row) throw new Error('an upsert always returns its row');
      return row;
    },

    /** `add` for many distinct keys; returns the windows by key. */
    async addAll(write: Write, consumptions: readonly Consumption[], now: Date): Promise<Map<string, LimitWindow>> {
      // Sorted, so that two processes that lock the same rows cannot deadlock.
      const rows = consumptions
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, times, until }) => ({ key, count: times, until }));
      const counts = await write
        .insert(rateLimits)
        .values(rows)
        .onConflictDoUpdate(addOrReopen(isPast(rateLimits.until, now)))
        .returning(window);
      return new Map(counts.map((row) => [row.key, row]));
    },

    /**
     * Counts one guess, unless the wait after the last one is not over. The first statement locks the row until the transaction
     * ends, so concurrent guesses get no more attempts than sequential ones.
     * @param free from this guess on a wait follows: 1 s, then twice as long each time, up to `maxWaitSeconds`
     * @param until when the count expires
     * @returns when to retry, if the guess was refused and not counted
     */
    async consumeWithBackoff(
      write: Write,
      key: string,
      now: Date,
      free: number,
      until: Date,
    ): Promise<Date | undefined> {
      const [consumed] = await consumeGuess(write, { key, now, until });
      if (!consumed) {
        const [waiting] = await write
          .select({ retryAt: rateLimits.retryAt })
          .from(rateLimits)
          .where(eq(rateLimits.key, key));
        return waiting?.retryAt ?? now;
      }
      if (consumed.count < free) return undefined;
      const retryAt = addSeconds(now, Math.min(2 ** (consumed.count - free), maxWaitSeconds));
      await write.update(rateLimits).set({ retryAt }).where(eq(rateLimits.key, key));
      return undefined;
    },

    /** Undoes one attempt, and the wait after it. */
    async refund(write: Write, key: string): Promise<void> {
      await resetAtOne(write, { key });
      await refundOne(write, { key });
    },

    async reset(write: Write, key: string): Promise<void> {
      await resetAll(write, { key });
    },
  };
};

export type LimitStore = ReturnType<typeof createLimitStore>;
