import type { Session as ShownSession } from '@latchkey/contract/sessions';
import { deviceInWords, deviceName } from '../client/device-name.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { problem } from '../problem.ts';
import type { Principal } from './authenticate.ts';
import type { RecheckSession } from './recheck-session.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

export const listSessions =
  ({ sessions }: Pick<Needs, 'sessions'>) =>
  async (current: Session): Promise<ShownSession[]> => {
    const own = await sessions.listUserSessions(current.userId);
    return own.map((session) => ({
      id: session.id,
      ...deviceName(session.userAgent),
      address: session.address,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.refreshedAt.toISOString(),
      current: session.id === current.id,
      endedAt: session.endedAt?.toISOString() ?? null,
      endReason: session.endReason,
    }));
  };

/** Ends a session of the user. The session of another user gets the same answer as an unknown one. */
export const endSession =
  ({ sessions, recheckSession, record, transaction }: Needs) =>
  (principal: Principal, id: string): Promise<void> =>
    transaction(async (write) => {
      const { session, client } = principal;
      const { id: sessionId, userId } = session;
      await recheckSession(write, principal);
      const [ended] = await sessions.endUserSession(write, userId, id, 'ended_by_owner');
      if (!ended) throw problem('not_found', { thing: 'session' });
      await record(write, {
        userId,
        kind: 'session_ended',
        sessionId,
        client,
        detail: { device: deviceInWords(ended.userAgent) },
      });
    });

export const endOtherSessions =
  ({ sessions, recheckSession, record, transaction }: Needs) =>
  (principal: Principal): Promise<void> =>
    transaction(async (write) => {
      const { session, client } = principal;
      const { id: sessionId, userId } = session;
      await recheckSession(write, principal);
      const ended = await sessions.endOtherUserSessions(write, session, 'ended_by_owner');
      if (ended.length > 0) await record(write, { userId, kind: 'other_sessions_ended', sessionId, client });
    });
