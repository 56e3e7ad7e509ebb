import type { Database } from '../database/database.ts';
import type { EventStore } from '../events/event-store.ts';
import type { RecordEvent } from '../events/record.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = {
  readonly events: EventStore;
  readonly sessions: SessionStore;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** "This wasn't me": ends every session and API token of the account except the session that reports it. */
export const reportUnrecognized =
  ({ events, sessions, recheckSession, record, transaction }: Needs) =>
  async (principal: Principal, number: number): Promise<void> => {
    const { session, client } = principal;
    const { userId } = session;
    const [event] = await events.list(userId, number + 1, 1);
    if (event?.number !== number) throw problem('not_found', { thing: 'event' });
    await transaction(async (write) => {
      // This locks the account: a concurrent token creation has committed, and ends here, or waits and finds its session ended.
      await recheckSession(write, principal);
      await sessions.endAll(write, userId, 'ended_by_owner', session.id);
      await record(write, { userId, kind: 'disowned', sessionId: session.id, client, detail: { number } });
    });
  };
