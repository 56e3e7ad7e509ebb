import { asc, gt, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';

export const createRevocationStore = ({ tables: { revocations }, prepare }: Database) => {
  const listed = prepare('revocations', (read) =>
    read
      .select({ sessionId: revocations.sessionId, before: revocations.before })
      .from(revocations)
      .where(gt(revocations.until, sql.param(sql.placeholder('now'), revocations.until)))
      .orderBy(asc(revocations.sessionId)),
  );
  return {
    /** What services must be told now. */
    list: (now: Date) => listed({ now }),
  };
};

export type RevocationStore = ReturnType<typeof createRevocationStore>;
