import type { Command } from '@commander-js/extra-typings';
import { retryMessage } from '../mail/retry-message.ts';
import type { Services } from '../services.ts';
import { emailAddress, pageSize } from './arguments.ts';
import { examples, moment, table } from './output.ts';
import type { OnDatabase } from './program.ts';

type Message = Awaited<ReturnType<Services['messages']['list']>>[number];

const stateOf = ({ endedAt, dueAt, fault }: Message): string => {
  if (endedAt) return fault === null ? `sent ${moment(endedAt)}` : 'not sent';
  return `due ${moment(dueAt)}`;
};

const list = async ({ messages }: Services, { limit }: { readonly limit: number }): Promise<string> => {
  const found = await messages.list(limit);
  if (found.length === 0) return 'No messages in the last seven days.';
  const rows = found.map((message) => {
    const { id, createdAt, kind, recipient, fault } = message;
    return [moment(createdAt), kind, recipient ?? '–', stateOf(message), id, fault ?? ''];
  });
  return table([['WHEN', 'KIND', 'RECIPIENT', 'STATE', 'ID', 'FAULT'], ...rows]);
};

export const addMailCommands = (program: Command, onDatabase: OnDatabase): void => {
  const mail = program.command('mail').description('List and retry messages, and test the mail server.');

  mail
    .command('list')
    .description('List the messages of the last seven days, newest first.')
    .option('--limit <count>', 'how many messages to print', pageSize, 50)
    .addHelpText('after', examples('mail list', 'mail list --limit 500'))
    .action(onDatabase(list));

  mail
    .command('retry')
    .description('Send a message again that was given up.')
    .argument('<id>', 'its id, as pnpm mail list prints it')
    .addHelpText('after', examples('mail retry 1f6f8a3e-5d0c-4c7e-9a53-3b1f0a6f2f11'))
    .action(
      onDatabase(async (services, id: string) => {
        await retryMessage(services)(id);
        return `Message ${id} is due now. The server sends it within a second.`;
      }),
    );

  mail
    .command('test')
    .description('Send a message at once, and print the reply of the mail server.')
    .argument('<address>', 'the recipient', emailAddress)
    .addHelpText('after', examples('mail test ada@example.com'))
    .action(
      onDatabase(async (services, recipient: string) => {
        const reply = await services.sendTestMessage(recipient);
        return `The mail server accepted the message to ${recipient}: ${reply}`;
      }),
    );
};
