import { createHash } from 'node:crypto';
import { maxWaitSeconds } from '@latchkey/contract/limits';
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';

/** Between guesses, in seconds: 1, 2, 4 … up to the longest. */
const waits = Array.from({ length: Math.ceil(Math.log2(maxWaitSeconds)) + 1 }, (_, step) =>
  Math.min(2 ** step, maxWaitSeconds),
);

/** Nothing of what people type, or of where they are, stands in the table. */
export const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

/** So many tries more, in a window that ends then, where none is open. */
type Consumption = { readonly key: string; readonly times: number; readonly until: Date };
export type Counted = { readonly key: string; readonly count: number; readonly until: Date };

export const createLimitStore = ({ tables: { rateLimits }, prepareWrite }: Database) => {
  const isOver = (now: unknown) => sql`${rateLimits.until} <= ${sql.param(now, rateLimits.until)}`;
  const countingUp = (over: SQL) => ({
    target: rateLimits.key,
    set: {
      count: sql`case when ${over} then excluded.count else ${rateLimits.count} + excluded.count end`,
      until: sql`case when ${over} then excluded.until else ${rateLimits.until} end`,
    },
  });
  const counted = { key: rateLimits.key, count: rateLimits.count, until: rateLimits.until };

  const over = isOver(sql.placeholder('now'));
  const addUp = prepareWrite('add_attempts', (write) =>
    write
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: sql.placeholder('times'), until: sql.placeholder('until') })
      .onConflictDoUpdate(countingUp(over))
      .returning(counted),
  );

  const countNow = sql`case when ${over} then 1 else ${rateLimits.count} + 1 end`;
  const freeGuesses = sql.placeholder('free');
  const retryAtAfter = (step: number) => sql.param(sql.placeholder(`retryAt${step}`), rateLimits.retryAt);
  const steps = waits.map((_, step) => sql`when ${countNow} - ${step} = ${freeGuesses} then ${retryAtAfter(step)}`);
  // The last branch is never reached: it says of what type all of them are.
  const retryAt = sql`case when ${countNow} < ${freeGuesses} then null ${sql.join(steps, sql` `)} when true then ${retryAtAfter(waits.length - 1)} else ${rateLimits.retryAt} end`;
  const guessOnce = prepareWrite('guess', (write) =>
    write
      .insert(rateLimits)
      .values({ key: sql.placeholder('key'), count: 1, until: sql.placeholder('until'), retryAt: null })
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: { count: countNow, retryAt, until: sql`excluded.until` },
        setWhere: sql`${over} or ${rateLimits.retryAt} is null or ${rateLimits.retryAt} <= ${sql.param(sql.placeholder('now'), rateLimits.retryAt)}`,
      })
      .returning({ key: rateLimits.key }),
  );

  const ofKey = eq(rateLimits.key, sql.placeholder('key'));
  const forgetAll = prepareWrite('forget_attempts', (write) => write.delete(rateLimits).where(ofKey).returning());
  const forgetOnly = prepareWrite('forget_only_attempt', (write) =>
    write
      .delete(rateLimits)
      .where(and(ofKey, lte(rateLimits.count, 1)))
      .returning(),
  );
  const refund = prepareWrite('take_attempt_back', (write) =>
    write
      .update(rateLimits)
      .set({ count: sql`${rateLimits.count} - 1`, retryAt: null })
      .where(ofKey)
      .returning(),
  );

  return {
    /** Counts `times` more and gives the count so far; a window that is over begins anew. One statement: no race gains a try. */
    async add(write: Write, tries: Consumption, now: Date): Promise<Counted> {
      const [row] = await addUp(write, { ...tries, now });
      if (!row) throw new Error('an upsert always gives its row');
      return row;
    },

    /** The same for many keys, each of them once; gives the counts by their keys. */
    async addAll(write: Write, tries: readonly Consumption[], now: Date): Promise<Map<string, Counted>> {
      // In one order: of two processes that count the same keys one waits for the other, and never each for the other.
      const rows = tries
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, times, until }) => ({ key, count: times, until }));
      const counts = await write
        .insert(rateLimits)
        .values(rows)
        .onConflictDoUpdate(countingUp(isOver(now)))
        .returning(counted);
      return new Map(counts.map((row) => [row.key, row]));
    },

    /**
     * Counts one more guess, unless the wait after the last one is not over: then nothing is counted, and the moment is
     * given from which the next one is heard. One statement: a burst gets no more tries than one after the other would.
     * @param free how many guesses, less one, are followed by no wait; after the next ones come `waits`, then always the longest
     * @param until when the guesses are forgotten
     */
    async guess(write: Write, key: string, now: Date, free: number, until: Date): Promise<Date | undefined> {
      const retryAts = waits.map((seconds, step) => [`retryAt${step}`, addSeconds(now, seconds)]);
      const heard = await guessOnce(write, { key, now, free, until, ...Object.fromEntries(retryAts) });
      if (heard.length > 0) return undefined;
      const [waiting] = await write
        .select({ retryAt: rateLimits.retryAt })
        .from(rateLimits)
        .where(eq(rateLimits.key, key));
      return waiting?.retryAt ?? now;
    },

    /** Takes one try back, and the wait after it. */
    async remove(write: Write, key: string): Promise<void> {
      await forgetOnly(write, { key });
      await refund(write, { key });
    },

    async forget(write: Write, key: string): Promise<void> {
      await forgetAll(write, { key });
    },
  };
};

export type LimitStore = ReturnType<typeof createLimitStore>;
