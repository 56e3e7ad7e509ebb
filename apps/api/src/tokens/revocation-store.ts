import { asc, gt } from 'drizzle-orm';
import type { Database } from '../database/database.ts';

export const createRevocationStore = ({ tables: { revocations }, read }: Database) => ({
  /** What services must be told now. */
  list: (now: Date) =>
    Promise.resolve(
      read
        .select({ sessionId: revocations.sessionId, before: revocations.before })
        .from(revocations)
        .where(gt(revocations.until, now))
        .orderBy(asc(revocations.sessionId)),
    ),
});

export type RevocationStore = ReturnType<typeof createRevocationStore>;
