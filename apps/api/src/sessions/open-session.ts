import { randomUUID } from 'node:crypto';
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

/** The maximum of sessions per user, and of those of one app. Nobody has more devices. */
const maxSessions = 100;

type NewSession = Pick<Session, 'kind' | 'methods'> & Partial<Omit<Session, 'id' | 'userId'>>;

/** Inserts every row of `sessions`: user sessions, which only `completeSignIn` opens, those of apps, and API tokens. */
export const openSession =
  ({ sessions, record, clock, sessionSeconds }: Needs) =>
  async (write: Write, userId: string, given: NewSession): Promise<Session> => {
    const now = clock();
    const session: Session = {
      id: randomUUID(),
      userId,
      authenticatedAt: now,
      generation: 1,
      spentGeneration: 0,
      createdAt: now,
      refreshedAt: now,
      expiresAt: addSeconds(now, sessionSeconds),
      endedAt: null,
      endReason: null,
      userAgent: null,
      address: null,
      name: null,
      appId: null,
      parentId: null,
      audience: null,
      scope: null,
      issuedBy: null,
      ...given,
    };
    await sessions.insert(write, session);
    if (session.kind === 'api_token') return session;
    const unused = await sessions.endUnused(write, session, maxSessions);
    // An app may open one with every page, which tells its user nothing.
    if (session.kind === 'app') return session;
    for (const { userAgent } of unused) {
      const ended = { kind: 'too_many_sessions', detail: { device: deviceInWords(userAgent) } } as const;
      await record(write, { ...ended, userId, actor: 'system', sessionId: session.id, client: session });
    }
    return session;
  };

export type OpenSession = ReturnType<typeof openSession>;
