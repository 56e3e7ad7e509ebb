import type { EndReason } from '@latchkey/contract/sessions';
import { and, desc, eq, getTableColumns, gt, inArray, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type Session = Tables['sessions']['$inferSelect'];

type Advance = {
  readonly id: string;
  /** The generation that the presented token names. */
  readonly generation: number;
  readonly now: Date;
  readonly idleSince: Date;
  /** A session that was refreshed later than this is within the grace. */
  readonly graceSince: Date;
  readonly address: string | null;
};

/** What names a session: the claims of an access token, or of a refresh token, which has no subject. */
type TokenClaims = { readonly sid: string; readonly sub?: string };

type Needs = {
  readonly clock: Clock;
  /** How long an access token is accepted after it was signed, clock tolerance included: services are told for as long. */
  readonly tokenSeconds: number;
};

export const createSessionStore = (
  { tables: { sessions, users, revocations }, read, prepareKeyedRead, prepareWrite, revision }: Database,
  { clock, tokenSeconds }: Needs,
) => {
  // Every authenticated request runs this one prepared read, so it lists what it takes of the user: never metadata, which
  // may have 16 kB.
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
    { session: getTableColumns(sessions), user: userColumns },
    (select, matchesKey) =>
      select.from(sessions).innerJoin(users, eq(users.id, sessions.userId)).where(matchesKey(sessions.id)),
    ({ session }) => session.id,
  );

  const advanceOne = prepareWrite('advance_session', (write) => {
    const { placeholder, param } = sql;
    // Only with its column a moment is written as the database writes it.
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

  const isSignIn = eq(sessions.kind, 'sign_in');
  const isApiToken = eq(sessions.kind, 'api_token');

  /** What a person answers for: what stands for them, and what they made for others. */
  const belongsTo = (userId: string) => or(eq(sessions.userId, userId), eq(sessions.issuedBy, userId));

  /** Until when a token of this session, signed before now, could be taken by a service that was told nothing. */
  const untilOf = ({ kind, expiresAt }: Pick<Session, 'kind' | 'expiresAt'>, now: Date): Date =>
    addSeconds(kind === 'api_token' ? expiresAt : now, tokenSeconds);

  const revoke = async (write: Write, { id: sessionId }: Session, before: Date, until: Date): Promise<void> => {
    const change = { before, until, revision: revision.next(revocations.revision) };
    await write
      .insert(revocations)
      .values({ sessionId, ...change })
      .onConflictDoUpdate({ target: revocations.sessionId, set: change });
  };

  /** The one way in which sessions end: the row and what services are told of it, together. Gives those that ended. */
  const endWhere = async (write: Write, which: SQL | undefined, reason: EndReason): Promise<Session[]> => {
    const ended = await write
      .update(sessions)
      .set({ endedAt: clock(), endReason: reason })
      .where(and(which, isNull(sessions.endedAt)))
      .returning();
    // Read after the rows are locked: a refresh that came first may have signed a token while this statement waited.
    const now = clock();
    for (const session of ended) {
      // Not only tokens made up to now: a refresh under way in this moment may sign one a moment later.
      const until = untilOf(session, now);
      await revoke(write, session, until, until);
    }
    return ended;
  };

  /** Writes live sessions as they are, so that every other transaction that changes or ends them waits for this one. */
  const holdLive = (write: Write, which: SQL): Promise<Session[]> =>
    Promise.resolve(
      write
        .update(sessions)
        .set({ generation: sql`${sessions.generation}` })
        .where(and(which, isNull(sessions.endedAt), gt(sessions.expiresAt, clock())))
        .returning(),
    );

  return {
    findWithUser,

    /** The session that a token names, if it is live, belongs to the token's subject, and its user is not disabled. */
    async findLive({ sid, sub }: { readonly sid: string; readonly sub: string }) {
      const found = await findWithUser(sid);
      if (!found || found.user.id !== sub) return undefined;
      const isLive = !found.session.endedAt && found.session.expiresAt > clock() && !found.user.disabledAt;
      return isLive ? found : undefined;
    },

    /** Whether the session is live. It stays so until the transaction is over: another one that ends it waits. */
    lockEnabled: async (write: Write, id: string): Promise<boolean> =>
      (await holdLive(write, eq(sessions.id, id))).length > 0,

    async insert(write: Write, session: Session): Promise<void> {
      await write.insert(sessions).values(session);
    },

    /**
     * Ends the user's sign-ins that were unused for longest, so that `max` stay, `kept` among them. Those that were never
     * refreshed go first: a script that signs in again and again uses up its own, and not the browser in daily use.
     */
    async endUnused(write: Write, kept: Pick<Session, 'id' | 'userId'>, max: number): Promise<Session[]> {
      const unused = await write
        .select({ id: sessions.id })
        .from(sessions)
        .where(
          and(
            eq(sessions.userId, kept.userId),
            ne(sessions.id, kept.id),
            isSignIn,
            isNull(sessions.endedAt),
            gt(sessions.expiresAt, clock()),
          ),
        )
        .orderBy(desc(gt(sessions.spentGeneration, 0)), desc(sessions.refreshedAt), desc(sessions.id))
        .limit(max)
        .offset(max - 1);
      const ids = unused.map(({ id }) => id);
      return ids.length === 0 ? [] : endWhere(write, inArray(sessions.id, ids), 'too_many_sessions');
    },

    /** A person's sign-ins that are alive, newest first, and those that were ended because a token was used twice. */
    listUserSessions: (userId: string, now: Date): Promise<Session[]> =>
      Promise.resolve(
        read
          .select()
          .from(sessions)
          .where(
            and(
              eq(sessions.userId, userId),
              isSignIn,
              gt(sessions.expiresAt, now),
              or(isNull(sessions.endedAt), eq(sessions.endReason, 'refresh_reused')),
            ),
          )
          .orderBy(desc(sessions.refreshedAt))
          .limit(200),
      ),

    /** The named tokens that stand for this person, or that they made, and that are alive; newest first. */
    listApiTokens: (userId: string, now: Date) =>
      Promise.resolve(
        read
          .select({ session: sessions, username: users.username })
          .from(sessions)
          .innerJoin(users, eq(users.id, sessions.userId))
          .where(and(belongsTo(userId), isApiToken, isNull(sessions.endedAt), gt(sessions.expiresAt, now)))
          .orderBy(desc(sessions.createdAt)),
      ),

    /**
     * Moves the session to its next generation. The caller presents the current generation, or, after the grace, the one
     * that was exchanged for it: then the current one was never delivered, and is skipped. Of concurrent callers one gets
     * the session, with its new address and its former user agent.
     */
    async advance(write: Write, presented: Advance): Promise<Session | undefined> {
      const [advanced] = await advanceOne(write, presented);
      return advanced;
    },

    async changeUserAgent(write: Write, id: string, userAgent: string | null): Promise<void> {
      await write.update(sessions).set({ userAgent }).where(eq(sessions.id, id));
    },

    end: (write: Write, id: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, eq(sessions.id, id), reason),

    /** Ends the session that a token names. An access token names its subject, too; both must be right. */
    endByToken: (write: Write, { sid, sub }: TokenClaims, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, sid), sub === undefined ? undefined : eq(sessions.userId, sub)), reason),

    /** Ends a sign-in of this person. */
    endUserSession: (write: Write, userId: string, id: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, id), eq(sessions.userId, userId), isSignIn), reason),

    /** Ends a named token that stands for this person, or that they made. */
    endApiToken: (write: Write, userId: string, id: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, id), belongsTo(userId), isApiToken), reason),

    /** Ends every named token that stands for this person, or that they made. */
    endAllApiTokens: (write: Write, userId: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(belongsTo(userId), isApiToken), reason),

    /** Ends the person's other sign-ins. */
    endOtherUserSessions: (write: Write, kept: Pick<Session, 'id' | 'userId'>, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.userId, kept.userId), ne(sessions.id, kept.id), isSignIn), reason),

    /** Ends everything this person answers for: sign-ins, and named tokens that they stand for or made. `kept` is spared. */
    endAll: (write: Write, userId: string, reason: EndReason, kept = ''): Promise<Session[]> =>
      endWhere(write, and(belongsTo(userId), ne(sessions.id, kept)), reason),

    /** Tells services that the tokens signed so far no longer count, such as those with an old role; ends nothing. */
    async revokeTokens(write: Write, userId: string): Promise<void> {
      const live = await holdLive(write, eq(sessions.userId, userId));
      // Read after the rows are locked: a refresh either came first, or waits and signs with the new role.
      const now = clock();
      for (const session of live) await revoke(write, session, now, untilOf(session, now));
    },
  };
};

export type SessionStore = ReturnType<typeof createSessionStore>;
export type SessionWithUser = NonNullable<Awaited<ReturnType<SessionStore['findWithUser']>>>;
