import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { RefreshTokens } from '../tokens/refresh-token.ts';
import type { Grant, GrantTokens } from './grant.ts';
import type { SessionStore } from './session-store.ts';

/** How long the token just spent still yields its successor: for an answer that was lost, and for a second tab. */
const graceSeconds = 10;

type Needs = {
  readonly sessions: SessionStore;
  readonly refreshTokens: RefreshTokens;
  readonly grant: GrantTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

const sessionEnded = () => new Problem('session_ended', 'This session has ended. Sign in again.');

/** Trades a refresh token for the pair that follows it. Nobody is signed out by a race (docs/decisions/0003). */
export const refresh =
  ({ sessions, refreshTokens, grant, transaction, clock }: Needs) =>
  async (token: string): Promise<Grant> => {
    const verdict = refreshTokens.verify(token);
    if (verdict.status === 'invalid') {
      throw new Problem('refresh_invalid', 'This refresh token is not one of ours. Sign in again.');
    }
    if (verdict.status === 'expired') throw sessionEnded();
    const { sid: id, generation } = verdict.claims;
    const now = clock();
    const idleSince = addSeconds(now, -refreshTokens.idleSeconds);

    const advanced = await transaction((write) => sessions.advance(write, { id, generation, now, idleSince }));
    const found = await sessions.findWithUser(id);
    if (!found || found.user.disabledAt) throw sessionEnded();
    if (advanced) return grant(advanced, found.user);

    const { session, user } = found;
    if (session.endedAt || refreshTokens.deadlineOf(session) <= now) throw sessionEnded();
    // Ahead of the row: the database was restored from a backup. That is nobody's theft.
    if (generation > session.generation) throw sessionEnded();
    const isJustSpent = session.generation === generation + 1 && addSeconds(session.refreshedAt, graceSeconds) > now;
    if (isJustSpent) return grant(session, user);

    await transaction((write) => sessions.end(write, id, { reason: 'refresh_reused', now }));
    throw new Problem(
      'refresh_reused',
      'This refresh token was used before, so somebody may have copied it. The session was ended; sign in again.',
    );
  };
