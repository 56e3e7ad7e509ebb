import { asc, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';

/** Where a reader of the revocations continues. */
export type RevocationCursor = { readonly revision: number; readonly sessionId: string };

/** Rows of one query: few enough not to block the event loop. */
export const pageSize = 250;

export const createRevocationStore = ({ tables: { revocations }, read, revision }: Database) => ({
  /** A page of what changed after the cursor, in order. Every change below `settled` is in this page or a later one. */
  changesAfter: async (after: RevocationCursor) =>
    read
      .select({
        sessionId: revocations.sessionId,
        before: revocations.before,
        until: revocations.until,
        revision: revocations.revision,
        settled: revision.settled(revocations.revision),
      })
      .from(revocations)
      .where(sql`(${revocations.revision}, ${revocations.sessionId}) > (${after.revision}, ${after.sessionId})`)
      .orderBy(asc(revocations.revision), asc(revocations.sessionId))
      .limit(pageSize),
});

export type RevocationStore = ReturnType<typeof createRevocationStore>;
export type Revocation = Awaited<ReturnType<RevocationStore['changesAfter']>>[number];
