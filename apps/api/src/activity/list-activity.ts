import type { Event as ShownEvent } from '@latchkey/contract/activity';
import { deviceName, isSameBrowser } from '../client/device-name.ts';
import { detailText } from '../events/event-detail.ts';
import type { EventStore } from '../events/event-store.ts';
import type { Principal } from '../sessions/authenticate.ts';

const pageLength = 50;

/** What happened to the account of this session, newest first, as its owner may read it. */
export const listActivity =
  ({ events }: { readonly events: EventStore }) =>
  async ({ session: { id, userId }, client }: Principal, before: number | undefined): Promise<ShownEvent[]> => {
    const page = await events.list(userId, before, pageLength);
    return page.map(({ number, at, kind, address, userAgent, detail, sessionId }) => {
      const isOwnSession = sessionId === id;
      // Not the session alone: who has a copy of its tokens is not this device. And a move is known from where it went.
      const isHere = isOwnSession && kind !== 'session_moved' && isSameBrowser(userAgent, client.userAgent);
      return {
        number,
        at: at.toISOString(),
        kind,
        ...deviceName(userAgent),
        address,
        detail: detailText(detail),
        current: isHere,
        shared: isOwnSession && !isHere,
      };
    });
  };
