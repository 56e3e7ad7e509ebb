import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { KindWithDetail } from './event-detail.ts';
import type { Event, EventStore } from './event-store.ts';

type NewEvent = KindWithDetail & {
  readonly userId: string;
  /** Default: the owner of the account, who is named by `userId`. */
  readonly actor?: Event['actor'] | undefined;
  /** The user who did it, when that is not the owner of the account. */
  readonly actorId?: string | undefined;
  /** The session that did it; none where nobody was signed in, or it was done by the operator. */
  readonly sessionId?: string | undefined;
  readonly client?: ClientInfo | undefined;
};

type Needs = { readonly events: EventStore; readonly clock: Clock };

/** Writes what happened to accounts, in the transaction in which it happened, after everything else. */
export const recordEvent =
  ({ events, clock }: Needs) =>
  async (write: Write, ...happenings: readonly NewEvent[]): Promise<void> => {
    // In one order for all: two who each write for both would wait for each other.
    const inOrder = happenings.toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
    for (const { userId, kind, actor = 'owner', actorId, sessionId, client, detail } of inOrder) {
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
      await events.append(write, event, clock);
    }
  };

export type RecordEvent = ReturnType<typeof recordEvent>;
