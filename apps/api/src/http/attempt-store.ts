import { createHash } from 'node:crypto';
import { and, eq, lte, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';

type Waits = { readonly free: number; readonly retryAts: readonly Date[]; readonly until: Date };

/** Nothing of what people type, or of where they are, stands in the table. */
export const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

export const createAttemptStore = ({ tables: { attempts }, prepareWrite }: Database) => {
  const isOver = (now: Date | Placeholder): SQL => sql`${attempts.until} <= ${sql.param(now, attempts.until)}`;
  const over = isOver(sql.placeholder('now'));
  const addUp = prepareWrite('add_attempts', (write) =>
    write
      .insert(attempts)
      .values({ key: sql.placeholder('key'), count: sql.placeholder('times'), until: sql.placeholder('until') })
      .onConflictDoUpdate({
        target: attempts.key,
        set: {
          count: sql`case when ${over} then excluded.count else ${attempts.count} + excluded.count end`,
          until: sql`case when ${over} then excluded.until else ${attempts.until} end`,
        },
      })
      .returning({ count: attempts.count, until: attempts.until }),
  );

  return {
    /** Counts `times` more and gives the count so far; a window that is over begins anew. One statement: no race gains a try. */
    async add(
      write: Write,
      key: string,
      times: number,
      now: Date,
      until: Date,
    ): Promise<{ count: number; until: Date }> {
      const [counted] = await addUp(write, { key, times, now, until });
      if (!counted) throw new Error('an upsert always gives its row');
      return counted;
    },

    /**
     * Counts one more guess, unless the wait after the last one is not over: then nothing is counted, and the moment is
     * given from which the next one is heard. One statement: a burst gets no more tries than one after the other would.
     * @param free how many guesses, less one, are followed by no wait
     * @param retryAts when the next guess is heard after the last free one, and after each that follows; then as the last
     * @param until when the guesses are forgotten
     */
    async guess(write: Write, key: string, now: Date, { free, retryAts, until }: Waits): Promise<Date | undefined> {
      const count = sql`case when ${isOver(now)} then 1 else ${attempts.count} + 1 end`;
      const steps = retryAts.map(
        (date, step) => sql`when ${count} = ${free + step} then ${sql.param(date, attempts.retryAt)}`,
      );
      const longest = sql.param(retryAts.at(-1), attempts.retryAt);
      const retryAt = sql`case when ${count} < ${free} then null ${sql.join(steps, sql` `)} when true then ${longest} else ${attempts.retryAt} end`;
      const heard = await write
        .insert(attempts)
        .values({ key, count: 1, until, retryAt: null })
        .onConflictDoUpdate({
          target: attempts.key,
          set: { count, retryAt, until: sql`excluded.until` },
          setWhere: sql`${isOver(now)} or ${attempts.retryAt} is null or ${lte(attempts.retryAt, now)}`,
        })
        .returning({ key: attempts.key });
      if (heard.length > 0) return undefined;
      const [waiting] = await write.select({ retryAt: attempts.retryAt }).from(attempts).where(eq(attempts.key, key));
      return waiting?.retryAt ?? now;
    },

    /** Takes one try back, and the wait after it. */
    async remove(write: Write, key: string): Promise<void> {
      await write.delete(attempts).where(and(eq(attempts.key, key), lte(attempts.count, 1)));
      await write
        .update(attempts)
        .set({ count: sql`${attempts.count} - 1`, retryAt: null })
        .where(eq(attempts.key, key));
    },

    async forget(write: Write, key: string): Promise<void> {
      await write.delete(attempts).where(eq(attempts.key, key));
    },

    async removeStale(write: Write, now: Date): Promise<void> {
      await write.delete(attempts).where(lte(attempts.until, now));
    },
  };
};

export type AttemptStore = ReturnType<typeof createAttemptStore>;
