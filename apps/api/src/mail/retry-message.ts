import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { OperatorError } from '../operator-error.ts';
import type { MessageStore } from './message-store.ts';

type Needs = {
  readonly messages: MessageStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Makes a message due that was given up, on behalf of the operator. */
export const retryMessage =
  ({ messages, transaction, clock }: Needs) =>
  async (id: string): Promise<void> => {
    const isDue = await transaction((write) => messages.retry(write, id, clock()));
    if (!isDue) throw new OperatorError(`No message ${id} was given up; see pnpm mail list.`);
  };
