import type { Account, AccountStore } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { deviceInWords, isSameBrowser } from '../client/device-name.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import { problem } from '../problem.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { Session, SessionStore } from './session-store.ts';

/** For this long after a refresh, the spent token returns the same successor, for a second tab or a retry. */
const graceSeconds = 10;

type Needs<Issued> = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly refreshTokens: RefreshTokens;
  readonly issueTokens: (session: Session, user: Account, signedAt: Date) => Promise<Issued>;
  readonly guessLimits: GuessLimits;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Exchanges a refresh token for new tokens. A race signs nobody out (docs/decisions/0003). */
export const refresh =
  <Issued>({
    accounts,
    sessions,
    refreshTokens,
    issueTokens,
    guessLimits,
    record,
    transaction,
    clock,
  }: Needs<Issued>) =>
  async (token: string, client: ClientInfo): Promise<Issued> => {
    const verdict = refreshTokens.verify(token);
    if (verdict.status === 'invalid') throw problem('refresh_invalid');
    if (verdict.status === 'expired') throw problem('session_ended');
    const { sid: id, generation } = verdict.claims;
    const now = clock();
    const idleSince = addSeconds(now, -refreshTokens.idleSeconds);
    const graceSince = addSeconds(now, -graceSeconds);

    /** A new version is the same browser; another browser may belong to someone else. */
    const hasMoved = ({ userAgent }: Session): boolean => !isSameBrowser(userAgent, client.userAgent);
    const recordMove = async (write: Write, { userId, userAgent }: Session): Promise<void> => {
      await guessLimits.consume(write, [['moves:session', id]]);
      const detail = { device: deviceInWords(userAgent) };
      await record(write, { userId, kind: 'session_moved', sessionId: id, client, detail });
    };

    const { userAgent, address } = client;
    const advanced = await transaction(async (write) => {
      const session = await sessions.advance(write, { id, generation, now, idleSince, graceSince, address });
      if (session && session.userAgent !== userAgent) {
        if (hasMoved(session)) await recordMove(write, session);
        await sessions.changeUserAgent(write, id, userAgent);
      }
      return session;
    });
    const session = advanced ?? (await sessions.findWithUser(id))?.session;
    const user = session && (await accounts.findById(session.userId));
    if (!user || user.disabledAt) throw problem('session_ended');
    if (advanced) return issueTokens(advanced, user, now);

    if (session.endedAt || refreshTokens.deadlineOf(session) <= now) throw problem('session_ended');
    // Ahead of the row: the database was restored from a backup. This is not theft.
    if (generation > session.generation) throw problem('session_ended');
    const isWithinGrace = generation >= session.spentGeneration && session.refreshedAt > graceSince;
    if (isWithinGrace) {
      if (hasMoved(session)) await transaction((write) => recordMove(write, session));
      return issueTokens(session, user, now);
    }

    await transaction(async (write) => {
      const [ended] = await sessions.end(write, verdict.claims, 'refresh_reused');
      if (ended)
        await record(write, { userId: ended.userId, kind: 'refresh_reused', actor: 'system', sessionId: id, client });
    });
    throw problem('refresh_reused');
  };
