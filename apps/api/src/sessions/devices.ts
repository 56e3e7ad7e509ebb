import type { Session as ShownSession } from '@latchkey/contract/sessions';
import type { RecordEvent } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { deviceInWords, deviceName } from '../http/device-name.ts';
import type { Actor } from '../http/find-viewer.ts';
import { Problem } from '../http/problem.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

export const listDevices =
  ({ sessions, clock }: Pick<Needs, 'sessions' | 'clock'>) =>
  async (current: Session): Promise<ShownSession[]> => {
    const own = await sessions.listSignIns(current.userId, clock());
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

/** Signs one device out. Another person's is not told from one that is not there. */
export const endDevice =
  ({ sessions, record, transaction, clock }: Needs) =>
  ({ session: { id: sessionId, userId }, device }: Actor, id: string): Promise<void> =>
    transaction(async (write) => {
      const [ended] = await sessions.endSignIn(write, userId, id, { reason: 'ended_by_owner', now: clock() });
      if (!ended) throw new Problem('not_found', 'You are not signed in there, or no longer.');
      await record(write, { userId, kind: 'session_ended', sessionId, device, detail: deviceInWords(ended.userAgent) });
    });

export const endOtherDevices =
  ({ sessions, record, transaction, clock }: Needs) =>
  ({ session, device }: Actor): Promise<void> =>
    transaction(async (write) => {
      const { id: sessionId, userId } = session;
      const ended = await sessions.endOtherSignIns(write, session, { reason: 'ended_by_owner', now: clock() });
      if (ended.length > 0) await record(write, { userId, kind: 'other_sessions_ended', sessionId, device });
    });
