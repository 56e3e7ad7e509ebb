import type { Event as ShownEvent } from '@latchkey/contract/activity';
import { deviceName, isSameBrowser } from '../client/device-name.ts';
import { detailText } from '../events/event-detail.ts';
import type { EventStore } from '../events/event-store.ts';
import type { Principal } from '../sessions/authenticate.ts';

const pageLength = 50;

/** Lists the events of the account, newest first. */
export const listActivity =
  ({ events }: { readonly events: EventStore }) =>
  async ({ session: { id, userId }, client }: Principal, before: number | undefined): Promise<ShownEvent[]> => {
    const page = await events.list(userId, before, pageLength);
    return page.map(({ number, at, kind, address, userAgent, detail, sessionId }) => {
      const isOwnSession = sessionId === id;
      // The browser must match, too: another one may use a copy of the session's tokens. A move is never this client's own.
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
