import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/account-store.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { Device } from '../http/device.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = { readonly sessions: SessionStore; readonly clock: Clock; readonly sessionSeconds: number };

/** Nobody has more devices. */
const mostSignIns = 100;

/** The only place where a session begins. */
export const openSession =
  ({ sessions, clock, sessionSeconds }: Needs) =>
  async (write: Write, account: Pick<Account, 'id'>, device: Device): Promise<Session> => {
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
    await sessions.endOldest(write, account.id, mostSignIns, 'ended_by_owner');
    return session;
  };

export type OpenSession = ReturnType<typeof openSession>;
