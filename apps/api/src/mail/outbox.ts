import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import { problem } from '../problem.ts';
import type { MessageStore, NewMessage } from './message-store.ts';

type Needs = { readonly messages: MessageStore; readonly clock: Clock; readonly isMailConfigured: boolean };

/** Where use cases post messages, in the transaction of what the messages tell about. */
export const createOutbox = ({ messages, clock, isMailConfigured }: Needs) => ({
  /** Does nothing when no mail server is configured. */
  async post(write: Write, message: NewMessage): Promise<void> {
    if (isMailConfigured) await messages.insert(write, message, clock());
  },

  /** @throws Problem `mail_not_configured`, for every caller alike */
  requireMail(): void {
    if (!isMailConfigured) throw problem('mail_not_configured');
  },
});

export type Outbox = ReturnType<typeof createOutbox>;
