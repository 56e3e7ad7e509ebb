import type { EventKind } from '@latchkey/contract/activity';
import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { EventStore } from './event-store.ts';

type NewEvent = {
  readonly userId: string;
  readonly kind: EventKind;
  /** The session that did it; none where nobody was signed in, or it was done by the operator. */
  readonly sessionId?: string | undefined;
  readonly device?: ClientInfo | undefined;
  readonly detail?: string | undefined;
};

type Needs = { readonly events: EventStore; readonly clock: Clock };

/** Writes what happened to accounts, in the transaction in which it happened, after everything else. */
export const recordEvent =
  ({ events, clock }: Needs) =>
  async (write: Write, ...happenings: readonly NewEvent[]): Promise<void> => {
    // In one order for all: two who each write for both would wait for each other.
    const inOrder = happenings.toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
    for (const { userId, kind, sessionId, device, detail } of inOrder) {
      const event = {
        userId,
        kind,
        sessionId: sessionId ?? null,
        address: device?.address ?? null,
        userAgent: device?.userAgent ?? null,
        detail: detail ?? null,
      };
      await events.append(write, event, clock);
    }
  };

export type RecordEvent = ReturnType<typeof recordEvent>;
