import { type Command, Option } from '@commander-js/extra-typings';
import type { Account } from '../accounts/account-store.ts';
import { changeRole } from '../accounts/change-role.ts';
import { closeAccountForOperator } from '../accounts/close-account.ts';
import { createAccount } from '../accounts/create-account.ts';
import { disableAccount, enableAccount } from '../accounts/disable-account.ts';
import { removeAccount } from '../accounts/remove-account.ts';
import { resetPassword } from '../accounts/reset-password.ts';
import { OperatorError } from '../operator-error.ts';
import type { Services } from '../services.ts';
import { newUsername, pageSize } from './arguments.ts';
import { listActivity } from './list-activity.ts';
import { listUsers } from './list-users.ts';
import { examples } from './output.ts';
import type { OnDatabase } from './program.ts';
import { addUserFileCommands } from './user-files.ts';

const findUser = async ({ accounts }: Services, username: string): Promise<Account> => {
  const account = await accounts.findByUsername(username);
  if (!account) throw new OperatorError(`There is no user ${username}; see pnpm users list.`);
  return account;
};

const endedSessions = (count: number): string =>
  `ended ${count} ${count === 1 ? 'session or API token' : 'sessions and API tokens'}`;

export const addUserCommands = (program: Command, onDatabase: OnDatabase, print: (line: string) => void): void => {
  const users = program.command('users').description('Create and manage accounts.');
  addUserFileCommands(users, onDatabase, print);

  /** A command about one user, who exists. */
  const addCommand = (
    name: string,
    description: string,
    run: (services: Services, account: Account) => Promise<string>,
    example = `users ${name} ada`,
  ) =>
    users
      .command(name)
      .description(description)
      .argument('<username>')
      .addHelpText('after', examples(example))
      .action(onDatabase(async (services, username: string) => run(services, await findUser(services, username))));

  users
    .command('list')
    .description('List users, in the order of their names.')
    .option('--name <part>', 'only users whose name contains this')
    .addOption(new Option('--role <role>', 'only users with this role').choices(['user', 'admin'] as const))
    .addOption(new Option('--state <state>', 'only users in this state').choices(['active', 'disabled'] as const))
    .option('--after <username>', 'only users after this one')
    .option('--limit <count>', 'how many users to print', pageSize, 50)
    .addHelpText('after', examples('users list', 'users list --role admin --state active'))
    .action(onDatabase(listUsers));

  users
    .command('create')
    .description('Create an account, and print its password once.')
    .argument('<username>', 'the user name, which may be a reserved one', newUsername)
    .option('--admin', 'make the user an admin', false)
    .addHelpText('after', examples('users create ada', 'users create ada --admin'))
    .action(
      onDatabase(async (services, username: string, { admin }: { admin: boolean }) => {
        const role = admin ? 'admin' : 'user';
        const password = await createAccount(services)({ username, role });
        return `Created ${role} ${username}. Password (shown once): ${password}`;
      }),
    );

  const nowHasRole = ({ username }: Account, role: Account['role']): string =>
    `${username} now has the role ${role}, effective from the next request.`;

  addCommand('promote', 'Make the user an admin, and end their API tokens.', async (services, account) => {
    await changeRole(services)(account, 'admin');
    return nowHasRole(account, 'admin');
  });

  addCommand('demote', 'Make the admin a user again, and end their API tokens.', async (services, account) => {
    await changeRole(services)(account, 'user');
    return nowHasRole(account, 'user');
  });

  addCommand('disable', 'Block sign-in, and end all sessions and API tokens.', async (services, account) => {
    const ended = await disableAccount(services)(account);
    return `${account.username} is disabled; ${endedSessions(ended)}.`;
  });

  addCommand('enable', 'Allow sign-in again, also after the account was closed.', async (services, account) => {
    await enableAccount(services)(account);
    return `${account.username} can sign in again.`;
  });

  addCommand(
    'reset-password',
    'Set a new password, print it once, and end all sessions and API tokens.',
    async (services, account) => {
      const { password, ended } = await resetPassword(services)(account);
      return [
        `The password of ${account.username} is reset; ${endedSessions(ended)}. New password (shown once): ${password}`,
        `Ask ${account.username} to change it after signing in.`,
      ].join('\n');
    },
  );

  users
    .command('delete')
    .description('Close the account, and delete it with its event log after seven days.')
    .argument('<username>')
    .option('--now', 'delete it at once', false)
    .addOption(new Option('--yes', 'accepted for older scripts').hideHelp())
    .addHelpText('after', examples('users delete ada', 'users delete ada --now'))
    .action(
      onDatabase(async (services, username: string, { now }: { now: boolean }) => {
        const account = await findUser(services, username);
        if (now) {
          await removeAccount(services)(account);
          return `${account.username} is deleted.`;
        }
        await closeAccountForOperator(services)(account);
        return `${account.username} is closed, and will be deleted in seven days. To keep it: pnpm users enable ${account.username}`;
      }),
    );

  addCommand('activity', 'Print the event log, and whether it was tampered with.', (services, { id }) =>
    listActivity(services, id),
  );
};
