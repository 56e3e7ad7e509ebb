import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type ReceivedMessage = {
  /** Counts from 1. */
  readonly number: number;
  readonly receivedAt: Date;
  /** The recipients of the SMTP envelope. */
  readonly recipients: readonly string[];
  readonly email: Email;
};

type Options = {
  /** Default: any free port. */
  readonly port?: number;
  /** Throws an error with a `responseCode` to refuse the recipient with that SMTP reply. */
  readonly onRecipient?: (address: string) => void;
  /** Called when a message has arrived, before the reply. Throws an error with a `responseCode` to refuse it. */
  readonly onMessage?: (message: ReceivedMessage) => void | Promise<void>;
};

/** The newest messages that are kept. */
const maxMessages = 500;

/** A real SMTP server on 127.0.0.1 that keeps every message in memory and passes none on. */
export const startMailbox = async ({ port = 0, onRecipient, onMessage }: Options = {}) => {
  const messages: ReceivedMessage[] = [];
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, callback) {
      try {
        onRecipient?.(address);
        callback();
      } catch (error) {
        callback(error as Error);
      }
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        try {
          const email = await PostalMime.parse(Buffer.concat(chunks));
          count += 1;
          const recipients = envelope.rcptTo.map(({ address }) => address);
          const message = { number: count, receivedAt: new Date(), recipients, email };
          await onMessage?.(message);
          messages.push(message);
          if (messages.length > maxMessages) messages.shift();
          callback();
        } catch (error) {
          callback(error as Error);
        }
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  // A client that resets its connection is no fault of the server.
  server.removeAllListeners('error').on('error', () => {});
  const { port: actualPort } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${actualPort}`,
    /** Every message, the oldest first. */
    messages: messages as readonly ReceivedMessage[],
    close: (): Promise<void> => new Promise((resolve) => server.close(() => resolve())),
  };
};

export type Mailbox = Awaited<ReturnType<typeof startMailbox>>;
