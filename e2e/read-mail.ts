import { expect } from './fixtures.ts';
import { mailbox } from './servers.ts';

type Message = {
  readonly recipients: readonly string[];
  readonly email: { readonly subject: string; readonly text: string; readonly html: string };
};

const messagesTo = async (address: string): Promise<Message['email'][]> => {
  const answer = await fetch(`${mailbox.origin}/api/messages`);
  const messages = (await answer.json()) as readonly Message[];
  return messages.filter(({ recipients }) => recipients.includes(address)).map(({ email }) => email);
};

/** Waits for the `count`-th message to the address with this subject. */
export const readMail = async (address: string, subject: RegExp, count = 1): Promise<Message['email']> => {
  const matching = async () => (await messagesTo(address)).filter((email) => subject.test(email.subject));
  await expect.poll(async () => (await matching()).length).toBeGreaterThanOrEqual(count);
  const message = (await matching())[count - 1];
  if (!message) throw new Error('no message');
  return message;
};

/** The link of the one thing to do in a message. */
export const linkIn = ({ text }: Message['email']): string => /https?:\S+#token=\S+/.exec(text)?.[0] ?? '';
export const codeIn = ({ text }: Message['email']): string => /code: (\d{3} \d{3})/.exec(text)?.[1] ?? '';
