import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Actor } from '../http/find-viewer.ts';
import { Problem } from '../http/problem.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { EventStore } from './event-store.ts';
import type { RecordEvent } from './record.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly events: EventStore;
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** "This wasn't me": whoever it was is out, in every place and with every token, but for the session that says so. */
export const disown =
  ({ accounts, events, sessions, record, transaction, clock }: Needs) =>
  async ({ session, device }: Actor, number: number): Promise<void> => {
    const { userId } = session;
    const [event] = await events.list(userId, number + 1, 1);
    if (event?.number !== number) throw new Problem('not_found', 'There is no such event.');
    await transaction(async (write) => {
      // Held: a token that is made at this moment either came first, and ends, or waits and finds its session ended.
      await accounts.hold(write, userId);
      await sessions.endAll(write, userId, { reason: 'ended_by_owner', now: clock() }, session.id);
      await record(write, { userId, kind: 'disowned', sessionId: session.id, device, detail: String(number) });
    });
  };
