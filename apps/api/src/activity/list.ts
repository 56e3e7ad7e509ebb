import type { Event as ShownEvent } from '@latchkey/contract/activity';
import { deviceName } from '../http/device-name.ts';
import type { Session } from '../sessions/session-store.ts';
import type { EventStore } from './event-store.ts';

const pageLength = 50;

/** What happened to the account of this session, newest first, as its owner may read it. */
export const listActivity =
  ({ events }: { readonly events: EventStore }) =>
  async ({ id, userId }: Pick<Session, 'id' | 'userId'>, before: number | undefined): Promise<ShownEvent[]> => {
    const page = await events.list(userId, before, pageLength);
    return page.map(({ number, at, kind, address, userAgent, detail, sessionId }) => ({
      number,
      at: at.toISOString(),
      kind,
      ...deviceName(userAgent),
      address,
      detail,
      current: sessionId === id,
    }));
  };
