import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { deviceInWords } from '../client/device-name.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly clock: Clock;
  readonly sessionSeconds: number;
};

/** Nobody has more devices. */
const maxSignIns = 100;

/** Opens a session for a user who signed in. Only `completeSignIn` calls it. */
export const openSession =
  ({ sessions, record, clock, sessionSeconds }: Needs) =>
  async (write: Write, account: Pick<Account, 'id'>, device: ClientInfo): Promise<Session> => {
    const now = clock();
    const session: Session = {
      id: randomUUID(),
      userId: account.id,
      generation: 1,
      spentGeneration: 0,
      createdAt: now,
      refreshedAt: now,
      expiresAt: addSeconds(now, sessionSeconds),
      endedAt: null,
      endReason: null,
      name: null,
      audience: null,
      scope: null,
      issuedBy: null,
      ...device,
    };
    await sessions.insert(write, session);
    for (const { userAgent } of await sessions.endUnused(write, session, maxSignIns)) {
      const ended = { kind: 'too_many_sessions', detail: deviceInWords(userAgent) } as const;
      await record(write, { ...ended, userId: account.id, sessionId: session.id, device });
    }
    return session;
  };

export type OpenSession = ReturnType<typeof openSession>;
