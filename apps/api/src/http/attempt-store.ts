import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';

export const createAttemptStore = ({ tables: { attempts } }: Database) => ({
  /** Counts one more try and gives the count so far; a window that is over begins anew. One statement: no race gains a try. */
  async add(write: Write, key: string, now: Date, until: Date): Promise<{ count: number; until: Date }> {
    const isOver = sql`${attempts.until} <= ${sql.param(now, attempts.until)}`;
    const [counted] = await write
      .insert(attempts)
      .values({ key, count: 1, until })
      .onConflictDoUpdate({
        target: attempts.key,
        set: {
          count: sql`case when ${isOver} then 1 else ${attempts.count} + 1 end`,
          until: sql`case when ${isOver} then ${sql.param(until, attempts.until)} else ${attempts.until} end`,
        },
      })
      .returning({ count: attempts.count, until: attempts.until });
    if (!counted) throw new Error('an upsert always gives its row');
    return counted;
  },

  /** Takes one try back. */
  async remove(write: Write, key: string): Promise<void> {
    await write
      .update(attempts)
      .set({ count: sql`${attempts.count} - 1` })
      .where(and(eq(attempts.key, key), gt(attempts.count, 0)));
  },

  async removeStale(write: Write, now: Date): Promise<void> {
    await write.delete(attempts).where(lte(attempts.until, now));
  },
});

export type AttemptStore = ReturnType<typeof createAttemptStore>;
