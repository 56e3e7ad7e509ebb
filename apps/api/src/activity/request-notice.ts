import type { AccountStore } from '../accounts/account-store.ts';
import { deviceInWords, isSameBrowser } from '../client/device-name.ts';
import { networkOf } from '../client/network.ts';
import type { Write } from '../database/database.ts';
import { detailText } from '../events/event-detail.ts';
import type { Event, EventStore } from '../events/event-store.ts';
import type { MessageDetails } from '../mail/message-kinds.ts';
import { hasNotice } from '../mail/notices.ts';
import type { Outbox } from '../mail/outbox.ts';

type Needs = { readonly accounts: AccountStore; readonly events: EventStore; readonly outbox: Outbox };

/** Decides, when the message is delivered, whether an event has a verified address to notify, and whether its device is new. */
export const requestNotice = ({ accounts, events, outbox }: Needs) => {
  /**
   * A device is known by its device token, or by browser and network, from an earlier sign-in that is newer than the last event
   * that the owner reported as unrecognized.
   */
  const isKnown = async (signIn: Event, previousSessionId: string | null): Promise<boolean> => {
    for (const earlier of await events.listSignIns(signIn.userId, signIn.number)) {
      if (earlier.kind === 'disowned') return false;
      if (earlier.sessionId === previousSessionId) return true;
      const isSameNetwork = networkOf(earlier.address) === networkOf(signIn.address);
      if (isSameNetwork && isSameBrowser(earlier.userAgent, signIn.userAgent)) return true;
    }
    return false;
  };

  return async (write: Write, request: MessageDetails['notice_requested']): Promise<void> => {
    const account = await accounts.findById(request.userId);
    const event = await events.find(request.userId, request.number);
    if (!account?.email || !account.emailVerifiedAt || !event || !hasNotice(event.kind)) return;
    const isSignIn = event.kind === 'signed_in';
    if (isSignIn && (!account.notifySignIns || (await isKnown(event, request.previousSessionId)))) return;
    const detail = {
      event: event.kind,
      at: event.at.toISOString(),
      device: deviceInWords(event.userAgent),
      address: event.address,
      username: account.username,
      about: detailText(event.detail),
    };
    await outbox.post(write, { kind: 'notice', detail, recipient: account.email });
  };
};
