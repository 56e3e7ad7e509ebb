import type { Session as ShownSession } from '@latchkey/contract/sessions';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import { deviceName } from './device-name.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
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
  ({ sessions, transaction, clock }: Needs) =>
  async (current: Session, id: string): Promise<void> => {
    const ended = await transaction((write) =>
      sessions.endSignIn(write, current.userId, id, { reason: 'ended_by_owner', now: clock() }),
    );
    if (ended === 0) throw new Problem('not_found', 'You are not signed in there, or no longer.');
  };

export const endOtherDevices =
  ({ sessions, transaction, clock }: Needs) =>
  async (current: Session): Promise<void> => {
    await transaction((write) => sessions.endOtherSignIns(write, current, { reason: 'ended_by_owner', now: clock() }));
  };
