import type { Event as ShownEvent } from '@latchkey/contract/activity';
import { deviceName, isSameBrowser } from '../http/device-name.ts';
import type { Actor } from '../http/find-viewer.ts';
import type { EventStore } from './event-store.ts';

const pageLength = 50;

/** What happened to the account of this session, newest first, as its owner may read it. */
export const listActivity =
  ({ events }: { readonly events: EventStore }) =>
  async ({ session: { id, userId }, device }: Actor, before: number | undefined): Promise<ShownEvent[]> => {
    const page = await events.list(userId, before, pageLength);
    return page.map(({ number, at, kind, address, userAgent, detail, sessionId }) => ({
      number,
      at: at.toISOString(),
      kind,
      ...deviceName(userAgent),
      address,
      detail,
      // Not the session alone: somebody who has a copy of its tokens is not this device.
      current: sessionId === id && isSameBrowser(userAgent, device.userAgent),
    }));
  };
