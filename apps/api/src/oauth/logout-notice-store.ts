import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type LogoutNotice = Tables['logoutNotices']['$inferSelect'];

/** The apps that must be told that a sign-in has ended. */
export const createLogoutNoticeStore = ({ tables: { logoutNotices: notices }, read, transaction }: Database) => {
  /** Unless its lease ran out and another process claimed it. */
  const isClaimed = ({ id, dueAt }: LogoutNotice) => and(eq(notices.id, id), eq(notices.dueAt, dueAt));

  return {
    /** Takes up to `limit` due notices for `leaseSeconds`. No two processes take the same one. */
    async claim(now: Date, { limit, leaseSeconds }: { limit: number; leaseSeconds: number }): Promise<LogoutNotice[]> {
      const isDue = lte(notices.dueAt, now);
      const due = await read
        .select({ id: notices.id })
        .from(notices)
        .where(isDue)
        .orderBy(asc(notices.dueAt))
        .limit(limit);
      if (due.length === 0) return [];
      const ids = due.map(({ id }) => id);
      return transaction((write) =>
        write
          .update(notices)
          .set({ dueAt: addSeconds(now, leaseSeconds) })
          .where(and(inArray(notices.id, ids), isDue))
          .returning(),
      );
    },

    async remove(notice: LogoutNotice): Promise<void> {
      await transaction(async (write) => void (await write.delete(notices).where(isClaimed(notice))));
    },

    async postpone(notice: LogoutNotice, dueAt: Date): Promise<void> {
      const changes = { dueAt, attempts: notice.attempts + 1 };
      await transaction(async (write) => void (await write.update(notices).set(changes).where(isClaimed(notice))));
    },
  };
};

export type LogoutNoticeStore = ReturnType<typeof createLogoutNoticeStore>;
