import { randomUUID } from 'node:crypto';
import type { EndReason } from '@latchkey/contract/sessions';
import { and, desc, eq, gt, inArray, isNotNull, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

type Session = Tables['sessions']['$inferSelect'];

/** The claims of a token that name a session. A refresh token has no subject. */
type TokenClaims = { readonly sid: string; readonly sub?: string };

type Needs = {
  readonly clock: Clock;
  /** The lifetime of an access token plus the clock tolerance of its verifiers. */
  readonly tokenSeconds: number;
};

/** Conditions that several statements share. */
export const sessionConditions = ({ sessions }: Tables, clock: Clock) => ({
  isUserSession: eq(sessions.kind, 'sign_in'),
  isApiToken: eq(sessions.kind, 'api_token'),
  isLive: () => and(isNull(sessions.endedAt), gt(sessions.expiresAt, clock())),
  /** A user owns their sessions, the API tokens that act as them, and those that they issued for others. */
  belongsTo: (userId: string) => or(eq(sessions.userId, userId), eq(sessions.issuedBy, userId)),
});

/** The statements that end sessions. Each returns the sessions that it ended and adds them to the revocation feed. */
export const createSessionEndStore = ({ tables, revision }: Database, { clock, tokenSeconds }: Needs) => {
  const { sessions, revocations, apps, logoutNotices } = tables;
  const { isUserSession, isApiToken, isLive, belongsTo } = sessionConditions(tables, clock);

  /** When the last token expires that this session could have signed up to now. */
  const lastExpiryOf = ({ kind, expiresAt }: Session, now: Date): Date =>
    addSeconds(kind === 'api_token' ? expiresAt : now, tokenSeconds);

  const revoke = async (write: Write, { id: sessionId }: Session, before: Date, until: Date): Promise<void> => {
    const change = { before, until, revision: revision.next(revocations.revision) };
    await write
      .insert(revocations)
      .values({ sessionId, ...change })
      .onConflictDoUpdate({ target: revocations.sessionId, set: change });
  };

  /** Lets the apps that listen be told, after the transaction. */
  const postLogoutNotices = async (write: Write, ended: readonly Session[], now: Date): Promise<void> => {
    const ids = [...new Set(ended.flatMap(({ appId }) => appId ?? []))];
    if (ids.length === 0) return;
    const listening = await write
      .select({ id: apps.id })
      .from(apps)
      .where(and(inArray(apps.id, ids), isNotNull(apps.backchannelLogoutUri)));
    const rows = ended.flatMap(({ id: sessionId, appId, userId }) =>
      appId !== null && listening.some(({ id }) => id === appId)
        ? [{ id: randomUUID(), appId, userId, sessionId, createdAt: now, dueAt: now }]
        : [],
    );
    // In parts: a statement takes 32,766 values.
    for (let from = 0; from < rows.length; from += 1000)
      await write.insert(logoutNotices).values(rows.slice(from, from + 1000));
  };

  const endRows = (write: Write, condition: SQL | undefined, reason: EndReason): Promise<Session[]> =>
    write
      .update(sessions)
      .set({ endedAt: clock(), endReason: reason })
      .where(and(condition, isNull(sessions.endedAt)))
      .returning();

  /** Ends the sessions, and those of apps that were opened from them. */
  const endWhere = async (write: Write, condition: SQL | undefined, reason: EndReason): Promise<Session[]> => {
    const parents = await endRows(write, condition, reason);
    const ids = parents.filter(({ kind }) => kind === 'sign_in').map(({ id }) => id);
    const children = ids.length === 0 ? [] : await endRows(write, inArray(sessions.parentId, ids), reason);
    const ended = [...parents, ...children];
    // Read after the rows are locked: an earlier refresh may have signed a token while this statement waited.
    const now = clock();
    for (const session of ended) {
      // Later than now, because a concurrent refresh may still sign a token.
      const until = lastExpiryOf(session, now);
      await revoke(write, session, until, until);
    }
    await postLogoutNotices(write, ended, now);
    return ended;
  };

  /** Locks live sessions until the transaction ends, by an update that changes nothing. */
  const lockLive = async (write: Write, condition: SQL): Promise<Session[]> =>
    write
      .update(sessions)
      .set({ generation: sql`${sessions.generation}` })
      .where(and(condition, isLive()))
      .returning();

  return {
    /** Locks the session until the transaction ends. Returns undefined if it is not live. */
    async lockIfLive(write: Write, id: string): Promise<Session | undefined> {
      const [live] = await lockLive(write, eq(sessions.id, id));
      return live;
    },

    /** Ends the session that a token names. If the claims have a subject, it must own the session. */
    end: (write: Write, { sid, sub }: TokenClaims, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, sid), sub === undefined ? undefined : eq(sessions.userId, sub)), reason),

    endUserSession: (write: Write, userId: string, id: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, id), eq(sessions.userId, userId), isUserSession), reason),

    endOtherUserSessions: (write: Write, kept: Pick<Session, 'id' | 'userId'>, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.userId, kept.userId), ne(sessions.id, kept.id), isUserSession), reason),

    endApiToken: (write: Write, userId: string, id: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(eq(sessions.id, id), belongsTo(userId), isApiToken), reason),

    /** Ends what the user, or every user, has signed in to with this app. */
    endApp: (write: Write, appId: string, reason: EndReason, userId?: string): Promise<Session[]> =>
      endWhere(
        write,
        and(eq(sessions.appId, appId), userId === undefined ? undefined : eq(sessions.userId, userId)),
        reason,
      ),

    endAllApiTokens: (write: Write, userId: string, reason: EndReason): Promise<Session[]> =>
      endWhere(write, and(belongsTo(userId), isApiToken), reason),

    /** Ends live sessions and API tokens of any account, up to `limit`. */
    async endAny(write: Write, limit: number, reason: EndReason): Promise<Session[]> {
      const live = await write.select({ id: sessions.id }).from(sessions).where(isLive()).limit(limit);
      const ids = live.map(({ id }) => id);
      return ids.length === 0 ? [] : endWhere(write, inArray(sessions.id, ids), reason);
    },

    /** Ends every session and API token that belongs to the user, except the session `kept`. */
    endAll: (write: Write, userId: string, reason: EndReason, kept = ''): Promise<Session[]> =>
      endWhere(write, and(belongsTo(userId), ne(sessions.id, kept)), reason),

    /**
     * Ends the user's least recently used sessions of browsers, or of one app, so that `max` remain, including `kept`. Sessions that were never refreshed
     * end first: a script that signs in repeatedly then ends its own sessions, not that of a browser in daily use.
     */
    async endUnused(write: Write, kept: Pick<Session, 'id' | 'userId' | 'appId'>, max: number): Promise<Session[]> {
      const isAlike = kept.appId === null ? isUserSession : eq(sessions.appId, kept.appId);
      const unused = await write
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.userId, kept.userId), ne(sessions.id, kept.id), isAlike, isLive()))
        .orderBy(desc(gt(sessions.spentGeneration, 0)), desc(sessions.refreshedAt), desc(sessions.id))
        .limit(max)
        .offset(max - 1);
      const ids = unused.map(({ id }) => id);
      return ids.length === 0 ? [] : endWhere(write, inArray(sessions.id, ids), 'too_many_sessions');
    },

    /** Revokes the access tokens signed so far, for example with an old role. The sessions stay live. */
    async revokeTokens(write: Write, userId: string): Promise<void> {
      const live = await lockLive(write, eq(sessions.userId, userId));
      // Read after the rows are locked: a concurrent refresh either came first, or waits and signs with the new role.
      const now = clock();
      for (const session of live) await revoke(write, session, now, lastExpiryOf(session, now));
    },
  };
};
