import { randomUUID } from 'node:crypto';
import { OperatorError } from '../operator-error.ts';
import { testText } from './message-texts.ts';
import { renderMessage, type Sender } from './render-message.ts';
import type { MailTransport } from './smtp-transport.ts';

type Needs = { readonly transport: MailTransport | undefined; readonly sender: Sender };

/**
 * Sends a message at once, past the outbox, on behalf of the operator.
 * @returns the reply of the mail server
 */
export const sendTestMessage =
  ({ transport, sender }: Needs) =>
  async (recipient: string): Promise<string> => {
    if (!transport) throw new OperatorError('SMTP_URL is not set, so Latchkey sends no messages.');
    const message = { id: randomUUID(), recipient, ...renderMessage(testText(sender), sender) };
    return transport.send(message).catch((error: Error) => {
      throw new OperatorError(`The message was not sent: ${error.message}`);
    });
  };
