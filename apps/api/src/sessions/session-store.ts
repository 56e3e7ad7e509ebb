import { and, eq, getTableColumns, gt, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { EndReason, Tables } from '../database/schema.ts';

export type Session = Tables['sessions']['$inferSelect'];

export const createSessionStore = ({ tables: { sessions, users }, read, prepare }: Database) => {
  // Everything an authenticated request needs, in one prepared read. Not the hash: it has no business there.
  const { passwordHash, ...userColumns } = getTableColumns(users);
  const withUser = prepare('session_with_user', (read) =>
    read
      .select({ session: sessions, user: userColumns })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(sessions.id, sql.placeholder('id'))),
  );

  return {
    async findWithUser(id: string) {
      const [found] = await withUser({ id });
      return found;
    },

    async find(id: string): Promise<Session | undefined> {
      const [session] = await read.select().from(sessions).where(eq(sessions.id, id));
      return session;
    },

    async insert(write: Write, session: Session): Promise<void> {
      await write.insert(sessions).values(session);
    },

    /** Spends one generation: of any number of callers with the same one, a single one gets the session back. */
    async advance(
      write: Write,
      { id, generation, now, idleSince }: { id: string; generation: number; now: Date; idleSince: Date },
    ): Promise<Session | undefined> {
      const [advanced] = await write
        .update(sessions)
        .set({ generation: sql`${sessions.generation} + 1`, refreshedAt: now })
        .where(
          and(
            eq(sessions.id, id),
            eq(sessions.generation, generation),
            isNull(sessions.endedAt),
            gt(sessions.expiresAt, now),
            gt(sessions.refreshedAt, idleSince),
          ),
        )
        .returning();
      return advanced;
    },

    /** Removes sessions that were over before this moment. */
    async removeStale(write: Write, before: Date): Promise<void> {
      await write.delete(sessions).where(or(lt(sessions.expiresAt, before), lt(sessions.endedAt, before)));
    },

    async end(write: Write, id: string, endReason: EndReason, endedAt: Date): Promise<void> {
      await write
        .update(sessions)
        .set({ endedAt, endReason })
        .where(and(eq(sessions.id, id), isNull(sessions.endedAt)));
    },

    async endOthers(
      write: Write,
      kept: Pick<Session, 'id' | 'userId'>,
      endReason: EndReason,
      endedAt: Date,
    ): Promise<void> {
      await write
        .update(sessions)
        .set({ endedAt, endReason })
        .where(and(eq(sessions.userId, kept.userId), ne(sessions.id, kept.id), isNull(sessions.endedAt)));
    },
  };
};

export type SessionStore = ReturnType<typeof createSessionStore>;
export type SessionWithUser = NonNullable<Awaited<ReturnType<SessionStore['findWithUser']>>>;
export type CurrentUser = SessionWithUser['user'];
