import { and, eq, lte } from 'drizzle-orm';
import { type Claim, claimDue } from '../database/claim-due.ts';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type LogoutNotice = Tables['logoutNotices']['$inferSelect'];

/** The apps that must be told that a sign-in has ended. */
export const createLogoutNoticeStore = (database: Database) => {
  const { transaction } = database;
  const { logoutNotices: notices } = database.tables;
  /** Unless its lease ran out and another process claimed it. */
  const isClaimed = ({ id, dueAt }: LogoutNotice) => and(eq(notices.id, id), eq(notices.dueAt, dueAt));

  return {
    claim: (now: Date, claim: Claim): Promise<LogoutNotice[]> =>
      claimDue(database, notices, lte(notices.dueAt, now), now, claim),

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
