import { startMailbox } from '@latchkey/mailbox/start-mailbox';
import { expect, onTestFinished } from 'vitest';
import type { Engine } from './engines.ts';
import { startLatchkey } from './start-latchkey.ts';

type MailboxOptions = Parameters<typeof startMailbox>[0];
type Started = Parameters<typeof startLatchkey>[1];

/** Starts Latchkey on a new database with a real SMTP server, until the test ends. */
export const startWithMailbox = async (
  engine: Engine,
  { settings, ...options }: Started = {},
  mail?: MailboxOptions,
) => {
  const mailbox = await startMailbox(mail);
  onTestFinished(() => mailbox.close());
  const latchkey = await startLatchkey(engine, { ...options, settings: { SMTP_URL: mailbox.url, ...settings } });
  /** Delivers everything that is due, as the job of a server does. */
  const deliver = async (): Promise<void> => latchkey.jobs.deliverMessages?.run();
  const subjectsTo = (address: string): (string | undefined)[] =>
    mailbox.messages.filter(({ recipients }) => recipients.includes(address)).map(({ email }) => email.subject);
  /**
   * The text of the newest message to this address, after everything due was delivered. Name a part of the text when there may be
   * others: messages that are due together are sent in any order.
   */
  const newestTo = async (address: string, part = ''): Promise<string> => {
    await deliver();
    const message = mailbox.messages.findLast(
      ({ recipients, email }) => recipients.includes(address) && email.text?.includes(part),
    );
    return message?.email.text ?? expect.fail(`no message to ${address}`);
  };
  return { latchkey, mailbox, deliver, subjectsTo, newestTo };
};

/** The token of the link in the text of a message. */
export const tokenIn = (text: string): string =>
  /#token=([\w-]{43})/.exec(text)?.[1] ?? expect.fail(`no link in ${text}`);
export const codeIn = (text: string): string =>
  /code: (\d{3} \d{3})/.exec(text)?.[1]?.replace(' ', '') ?? expect.fail(`no code in ${text}`);
