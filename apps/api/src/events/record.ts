import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import { hasNotice } from '../mail/notices.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { KindWithDetail } from './event-detail.ts';
import type { Event, EventStore } from './event-store.ts';

type NewEvent = KindWithDetail & {
  readonly userId: string;
  /** Default: the owner of the account. */
  readonly actor?: Event['actor'] | undefined;
  /** The user who did it, if that is not the owner. */
  readonly actorId?: string | undefined;
  /** The session that did it; none before a sign-in, and none for the operator. */
  readonly sessionId?: string | undefined;
  readonly client?: ClientInfo | undefined;
  /** The session in which the same browser signed in before. */
  readonly previousSessionId?: string | undefined;
};

type Needs = { readonly events: EventStore; readonly outbox: Outbox; readonly clock: Clock };

/** Records events, and requests their notices, in the transaction that makes the change. Call it after all other writes. */
export const recordEvent =
  ({ events, outbox, clock }: Needs) =>
  async (write: Write, ...newEvents: readonly NewEvent[]): Promise<void> => {
    // Always in the order of the ids: two transactions that write for the same two accounts would otherwise deadlock.
    const inOrder = newEvents.toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
    for (const newEvent of inOrder) {
      const { userId, kind, actor = 'owner', actorId, sessionId, client, detail, previousSessionId = null } = newEvent;
      const event = {
        userId,
        kind,
        actor,
        actorId: actorId ?? (actor === 'owner' ? userId : null),
        sessionId: sessionId ?? null,
        address: client?.address ?? null,
        userAgent: client?.userAgent ?? null,
        detail: detail ?? {},
      };
      const number = await events.append(write, event, clock);
      if (!hasNotice(kind)) continue;
      await outbox.post(write, { kind: 'notice_requested', detail: { userId, number, previousSessionId } });
    }
  };

export type RecordEvent = ReturnType<typeof recordEvent>;
