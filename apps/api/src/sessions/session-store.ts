import { and, desc, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { createSessionEndStore, sessionConditions } from './session-end-store.ts';

export type Session = Tables['sessions']['$inferSelect'];

type Advance = {
  readonly id: string;
  /** The generation that the presented token names. */
  readonly generation: number;
  readonly now: Date;
  readonly idleSince: Date;
  /** A session refreshed later than this is within the grace period. */
  readonly graceSince: Date;
  readonly address: string | null;
};

type Needs = { readonly clock: Clock; readonly tokenSeconds: number };

export const createSessionStore = (database: Database, needs: Needs) => {
  const { tables, read, prepareKeyedRead, prepareWrite } = database;
  const { sessions, users } = tables;
  const { clock } = needs;
  const { isUserSession, isApiToken, isLive, belongsTo } = sessionConditions(tables, clock);

  // Every authenticated request runs this prepared read, so it lists the user's columns: never metadata, which may have 16 kB.
  const userColumns = {
    id: users.id,
    username: users.username,
    displayName: users.displayName,
    email: users.email,
    role: users.role,
    disabledAt: users.disabledAt,
  };
  const findWithUser = prepareKeyedRead(
    'session_with_user',
    (read, hasId) =>
      read
        .select({ session: sessions, user: userColumns })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(hasId(sessions.id)),
    ({ session }) => session.id,
  );

  const advanceOne = prepareWrite('advance_session', (write) => {
    const { placeholder, param } = sql;
    // The column makes drizzle encode the date as the database stores it.
    const moment = (name: 'now' | 'idleSince' | 'graceSince') => param(placeholder(name), sessions.refreshedAt);
    return write
      .update(sessions)
      .set({
        generation: sql`${sessions.generation} + 1`,
        spentGeneration: sql`${placeholder('generation')}`,
        refreshedAt: sql`${moment('now')}`,
        address: sql`${placeholder('address')}`,
      })
      .where(
        and(
          eq(sessions.id, placeholder('id')),
          or(
            eq(sessions.generation, placeholder('generation')),
            and(
              eq(sessions.spentGeneration, placeholder('generation')),
              lte(sessions.refreshedAt, moment('graceSince')),
            ),
          ),
          isNull(sessions.endedAt),
          gt(sessions.expiresAt, moment('now')),
          gt(sessions.refreshedAt, moment('idleSince')),
        ),
      )
      .returning();
  });

  return {
    ...createSessionEndStore(database, needs),

    findWithUser,

    /** Finds the session that a token names, if it is live, belongs to the token's subject, and the user is not disabled. */
    async findLive({ sid, sub }: { readonly sid: string; readonly sub: string }) {
      const found = await findWithUser(sid);
      if (!found || found.user.id !== sub) return undefined;
      const isActive = !found.session.endedAt && found.session.expiresAt > clock() && !found.user.disabledAt;
      return isActive ? found : undefined;
    },

    async insert(write: Write, session: Session): Promise<void> {
      await write.insert(sessions).values(session);
    },

    /**
     * Moves the session to its next generation and stores the new address. The caller presents the current generation. After
     * the grace period it may also present the spent one, whose successor was never delivered. Of concurrent callers one gets
     * the session; the others get undefined.
     */
    async advance(write: Write, presented: Advance): Promise<Session | undefined> {
      const [advanced] = await advanceOne(write, presented);
      return advanced;
    },

    async changeUserAgent(write: Write, id: string, userAgent: string | null): Promise<void> {
      await write.update(sessions).set({ userAgent }).where(eq(sessions.id, id));
    },

    /** Lists the user's live sessions, newest first, and those that ended because a refresh token was reused. */
    listUserSessions: async (userId: string): Promise<Session[]> =>
      read
        .select()
        .from(sessions)
        .where(
          and(
            eq(sessions.userId, userId),
            isUserSession,
            gt(sessions.expiresAt, clock()),
            or(isNull(sessions.endedAt), eq(sessions.endReason, 'refresh_reused')),
          ),
        )
        .orderBy(desc(sessions.refreshedAt))
        .limit(200),

    /** The session of an app's service account that has this scope and lives until this time. The caller holds the account's lock. */
    async findServiceSession(write: Write, userId: string, appId: string, scope: string, until: Date) {
      const isOfApp = and(eq(sessions.appId, appId), eq(sessions.userId, userId), isNull(sessions.parentId));
      const [found] = await write
        .select()
        .from(sessions)
        .where(and(isOfApp, eq(sessions.scope, scope), isNull(sessions.endedAt), gt(sessions.expiresAt, until)))
        .limit(1);
      return found;
    },

    /** Whether this session of a browser has been used to sign in to the app before. */
    async hasAppSession(userId: string, parentId: string, appId: string): Promise<boolean> {
      const found = await read
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.appId, appId), eq(sessions.userId, userId), eq(sessions.parentId, parentId)))
        .limit(1);
      return found.length > 0;
    },

    /** Lists the live sessions of apps, the one that was used last first. */
    listAppSessions: async (userId: string): Promise<Session[]> =>
      read
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.kind, 'app'), isLive()))
        .orderBy(desc(sessions.refreshedAt))
        .limit(200),

    /** Lists the live API tokens that act as the user or were issued by the user, newest first. */
    listApiTokens: async (userId: string) =>
      read
        .select({ session: sessions, username: users.username })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(and(belongsTo(userId), isApiToken, isLive()))
        .orderBy(desc(sessions.createdAt)),
  };
};

export type SessionStore = ReturnType<typeof createSessionStore>;
export type SessionWithUser = NonNullable<Awaited<ReturnType<SessionStore['findWithUser']>>>;
