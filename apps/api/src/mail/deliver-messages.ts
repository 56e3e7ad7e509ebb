import { addSeconds, type Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import { Problem } from '../problem.ts';
import type { KindWithDetail, MessageDetails } from './message-kinds.ts';
import type { Message, MessageStore } from './message-store.ts';
import { type MailTransport, PermanentMailError, type RenderedMessage } from './smtp-transport.ts';

/** Longer than the slowest delivery of a whole batch. */
const leaseSeconds = 600;
const batchSize = 20;
// One more than the connections. Each may be sent twice if the process dies.
const concurrency = 3;

/** The time until the next attempt: half a minute, then twice as long each time, up to an hour. */
const waitSecondsAfter = (attempts: number): number => Math.min(30 * 2 ** (attempts - 1), 3600);
const maxAgeSeconds = 86_400;

/** For the log: what was not sent, and why. */
class MailError extends Error {}

type RequestKind = 'verification_requested' | 'reset_requested' | 'notice_requested';

type Needs = {
  readonly messages: MessageStore;
  readonly transport: MailTransport;
  readonly guessLimits: GuessLimits;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  /** Posts the message of a request within the transaction, if there is one to send. */
  readonly requests: {
    readonly [Kind in RequestKind]: (write: Write, detail: MessageDetails[Kind], now: Date) => Promise<void>;
  };
  /** Returns the text; undefined when there is nothing to say any more, such as a link that was replaced. */
  readonly render: (message: KindWithDetail) => Promise<RenderedMessage | undefined>;
};

/**
 * Delivers the messages that are due, each at least once. A process that dies while it sends leaves the message to another,
 * after the lease. The message keeps its Message-ID, so that a mailbox can recognize a duplicate.
 */
export const deliverMessages = (needs: Needs) => {
  const { messages, transport, guessLimits, transaction, clock, requests, render } = needs;

  const end = (message: Message, fault: string | null): Promise<boolean> =>
    transaction((write) => messages.update(write, message, { endedAt: clock(), fault }));

  /** @returns a sentence for the operator */
  const fail = async (message: Message, error: unknown): Promise<string> => {
    const fault = error instanceof Error ? error.message : String(error);
    const attempts = message.attempts + 1;
    const dueAt = addSeconds(clock(), waitSecondsAfter(attempts));
    const isLast = error instanceof PermanentMailError || dueAt > addSeconds(message.createdAt, maxAgeSeconds);
    await transaction((write) =>
      messages.update(write, message, { attempts, fault, ...(isLast ? { endedAt: clock() } : { dueAt }) }),
    );
    return `Message ${message.id} (${message.kind}) was not sent${isLast ? ', and is given up' : ''}: ${fault}`;
  };

  /** Returns when the recipient may get the next message, if this one would be too many. */
  const findWait = async (recipient: string): Promise<number | undefined> => {
    try {
      await transaction((write) => guessLimits.consume(write, [['messages:recipient', recipient]]));
      return undefined;
    } catch (error) {
      if (error instanceof Problem && error.retryAfterSeconds !== undefined) return error.retryAfterSeconds;
      throw error;
    }
  };

  const resolve = (message: Message): Promise<void> =>
    transaction(async (write) => {
      const now = clock();
      const { kind, detail } = message;
      if (!(await messages.update(write, message, { endedAt: now, fault: null }))) return;
      if (kind === 'verification_requested') await requests[kind](write, detail, now);
      if (kind === 'reset_requested') await requests[kind](write, detail, now);
      if (kind === 'notice_requested') await requests[kind](write, detail, now);
    });

  const deliver = async (message: Message): Promise<void> => {
    const { recipient } = message;
    if (recipient === null) return resolve(message);
    const rendered = await render(message);
    if (!rendered) return void (await end(message, 'Its link was used, replaced or has expired.'));
    const waitSeconds = await findWait(recipient);
    if (waitSeconds !== undefined) {
      const dueAt = addSeconds(clock(), waitSeconds);
      return void (await transaction((write) => messages.update(write, message, { dueAt })));
    }
    await transport.send({ id: message.id, recipient, ...rendered });
    await end(message, null);
  };

  return async (): Promise<void> => {
    const faults: string[] = [];
    for (;;) {
      const claimed = await messages.claim(clock(), { limit: batchSize, leaseSeconds });
      const waiting = [...claimed];
      const work = async (): Promise<void> => {
        for (let message = waiting.shift(); message; message = waiting.shift()) {
          await deliver(message).catch(async (error) => void faults.push(await fail(message, error)));
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      if (claimed.length === 0) break;
    }
    if (faults.length > 0) throw new MailError(faults.join('\n'));
  };
};
