import { randomBytes } from 'node:crypto';
import { username as usernameSchema } from '@latchkey/contract/accounts';
import * as z from 'zod/mini';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import { newAccount } from '../accounts/new-account.ts';
import type { Write } from '../database/database.ts';
import { type Command, CommandError, type Context, moment, table } from './commands.ts';

/** Of two at once that would leave nobody to look after the others, one is refused. */
const keepAnAdmin = async (accounts: AccountStore, write: Write, { id, username }: Account): Promise<void> => {
  if (await accounts.isLastAdmin(write, id)) {
    throw new CommandError(`${username} is the only admin; promote somebody else first.`);
  }
};

const named = (word: string | undefined): string => {
  if (!word) throw new CommandError('Name a user; see pnpm users list.');
  return word;
};

const findNamed = async (accounts: AccountStore, word: string | undefined): Promise<Account> => {
  const account = await accounts.findByUsername(named(word));
  if (!account) throw new CommandError(`There is no user ${word}; see pnpm users list.`);
  return account;
};

const list = async (context: Context): Promise<string> => {
  const all = await context.services.accounts.list();
  if (all.length === 0) return 'There are no users yet.';
  return table([
    ['USER NAME', 'ROLE', 'SINCE', 'DISABLED', 'ID'],
    ...all.map(({ username, role, createdAt, disabledAt, id }) => [
      username,
      role,
      moment(createdAt),
      moment(disabledAt),
      id,
    ]),
  ]);
};

const create = async (context: Context, word: string | undefined, isAdmin: boolean): Promise<string> => {
  const { accounts, passwords, transaction, clock } = context.services;
  const username = z.safeParse(usernameSchema, named(word));
  if (!username.success) throw new CommandError(username.error.issues.map(({ message }) => message).join(' '));
  const password = randomBytes(12).toString('base64url');
  const passwordHash = await passwords.hash(password, 'operator');
  const given = { username: username.data, passwordHash, role: isAdmin ? 'admin' : 'user' } as const;
  const account = await transaction((write) => accounts.insert(write, newAccount(given, clock())));
  if (!account) throw new CommandError(`The user name ${username.data} is taken.`);
  return `${account.role} ${account.username} was made. The password, shown this once: ${password}`;
};

const setRole = async (context: Context, word: string | undefined, role: Account['role']): Promise<string> => {
  const { accounts, sessions, record, transaction } = context.services;
  const account = await findNamed(accounts, word);
  await transaction(async (write) => {
    if (role !== 'admin') await keepAnAdmin(accounts, write, account);
    await accounts.setRole(write, account.id, role);
    // What was made with the old role's rights, or says the old role for a year, goes with it.
    await sessions.endAllApiTokens(write, account.id, 'revoked');
    // Nobody is signed out: services only learn that tokens with the old role no longer count.
    await sessions.revokeTokens(write, account.id);
    await record(write, { userId: account.id, kind: 'role_changed', detail: role });
  });
  return `${account.username} is ${role} now, from the next request on.`;
};

const disable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, sessions, record, transaction, clock } = context.services;
  const account = await findNamed(accounts, word);
  const ended = await transaction(async (write) => {
    await keepAnAdmin(accounts, write, account);
    await accounts.setDisabled(write, account.id, clock());
    const all = await sessions.endAll(write, account.id, 'account_disabled');
    await record(write, { userId: account.id, kind: 'account_disabled' });
    return all;
  });
  return `${account.username} is disabled; ${ended.length} sessions and tokens ended.`;
};

const enable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, record, transaction } = context.services;
  const account = await findNamed(accounts, word);
  await transaction(async (write) => {
    await accounts.setDisabled(write, account.id, null);
    await record(write, { userId: account.id, kind: 'account_enabled' });
  });
  return `${account.username} can sign in again.`;
};

const activity = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, events } = context.services;
  const account = await findNamed(accounts, word);
  const all = await events.list(account.id, undefined, 1000);
  const brokenAt = await events.findBreak(account.id);
  const [newest] = all;
  return [
    table([
      ['NUMBER', 'WHEN', 'WHAT', 'ADDRESS', 'DETAIL'],
      ...all
        .toReversed()
        .map(({ number, at, kind, address, detail }) => [
          String(number),
          moment(at),
          kind,
          address ?? '–',
          detail ?? '',
        ]),
    ]),
    '',
    brokenAt === undefined
      ? `Each follows from the one before. Keep the last hash to see later that none was taken off the end: ${newest?.hash ?? '–'}`
      : `NOT AS IT WAS WRITTEN: number ${brokenAt} does not follow from the one before it.`,
  ].join('\n');
};

export const userCommands: Record<string, Command> = {
  list: { usage: 'list', summary: 'everybody', run: list },
  create: {
    usage: 'create <username> [--admin]',
    summary: 'make an account with a new password, shown once',
    run: (context, [word], { admin = false }) => create(context, word, admin),
  },
  promote: {
    usage: 'promote <username>',
    summary: 'make an admin; their tokens for services end',
    run: (context, [word]) => setRole(context, word, 'admin'),
  },
  demote: {
    usage: 'demote <username>',
    summary: 'make a plain user again; likewise',
    run: (context, [word]) => setRole(context, word, 'user'),
  },
  disable: {
    usage: 'disable <username>',
    summary: 'end everything of theirs, let them in no more',
    run: (context, [word]) => disable(context, word),
  },
  activity: {
    usage: 'activity <username>',
    summary: 'what happened to the account; says if it was tampered with',
    run: (context, [word]) => activity(context, word),
  },
  enable: { usage: 'enable <username>', summary: 'let them in again', run: (context, [word]) => enable(context, word) },
};
