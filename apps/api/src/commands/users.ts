import { randomBytes } from 'node:crypto';
import { username as usernameSchema } from '@latchkey/contract/accounts';
import * as z from 'zod/mini';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import { newAccount } from '../accounts/new-account.ts';
import type { Write } from '../database/database.ts';
import { detailText } from '../events/event-detail.ts';
import { type Command, CommandError, type Context, moment, table } from './commands.ts';

/** Of two concurrent changes that would remove the last admin, one is refused. */
const keepAnAdmin = async (accounts: AccountStore, write: Write, { id, username }: Account): Promise<void> => {
  if (await accounts.isLastAdmin(write, id)) {
    throw new CommandError(`${username} is the only admin; promote another user first.`);
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
  const { accounts, hasher, passwords, record, transaction, clock } = context.services;
  const username = z.safeParse(usernameSchema, named(word));
  if (!username.success) throw new CommandError(username.error.issues.map(({ message }) => message).join(' '));
  const password = randomBytes(12).toString('base64url');
  const hash = await hasher.hash(password, 'operator');
  const given = { username: username.data, role: isAdmin ? 'admin' : 'user' } as const;
  const account = await transaction(async (write) => {
    const now = clock();
    const inserted = await accounts.insert(write, newAccount(given, now));
    if (!inserted) return undefined;
    await passwords.insert(write, { userId: inserted.id, hash, updatedAt: now });
    await record(write, { userId: inserted.id, kind: 'registered', actor: 'operator' });
    return inserted;
  });
  if (!account) throw new CommandError(`The user name ${username.data} is taken.`);
  return `Created ${account.role} ${account.username}. Password (shown once): ${password}`;
};

const setRole = async (context: Context, word: string | undefined, role: Account['role']): Promise<string> => {
  const { accounts, sessions, record, transaction } = context.services;
  const account = await findNamed(accounts, word);
  await transaction(async (write) => {
    if (role !== 'admin') await keepAnAdmin(accounts, write, account);
    await accounts.setRole(write, account.id, role);
    // API tokens were created with the old role's permissions, or state the old role for up to a year.
    await sessions.endAllApiTokens(write, account.id, 'revoked');
    // Sessions stay active: services only learn to refuse access tokens that state the old role.
    await sessions.revokeTokens(write, account.id);
    await record(write, { userId: account.id, kind: 'role_changed', actor: 'operator', detail: { role } });
  });
  return `${account.username} now has the role ${role}, effective from the next request.`;
};

const disable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, sessions, record, transaction, clock } = context.services;
  const account = await findNamed(accounts, word);
  const ended = await transaction(async (write) => {
    await keepAnAdmin(accounts, write, account);
    await accounts.setDisabled(write, account.id, clock());
    const all = await sessions.endAll(write, account.id, 'account_disabled');
    await record(write, { userId: account.id, kind: 'account_disabled', actor: 'operator' });
    return all;
  });
  return `${account.username} is disabled; ended ${ended.length} ${ended.length === 1 ? 'session or API token' : 'sessions and API tokens'}.`;
};

const enable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, record, transaction } = context.services;
  const account = await findNamed(accounts, word);
  await transaction(async (write) => {
    await accounts.setDisabled(write, account.id, null);
    await record(write, { userId: account.id, kind: 'account_enabled', actor: 'operator' });
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
      ['NUMBER', 'WHEN', 'WHAT', 'BY', 'ADDRESS', 'DETAIL'],
      ...all
        .toReversed()
        .map(({ number, at, kind, actor, address, detail }) => [
          String(number),
          moment(at),
          kind,
          actor,
          address ?? '–',
          detailText(detail) ?? '',
        ]),
    ]),
    '',
    brokenAt === undefined
      ? `The event log is intact. Store its last hash to detect later whether its newest events were removed: ${newest?.hash ?? '–'}`
      : `Tampered: event ${brokenAt} does not match event ${brokenAt - 1}.`,
  ].join('\n');
};

export const userCommands: Record<string, Command> = {
  list: { usage: 'list', summary: 'list all users', run: list },
  create: {
    usage: 'create <username> [--admin]',
    summary: 'create an account; prints its password once',
    run: (context, [word], { admin = false }) => create(context, word, admin),
  },
  promote: {
    usage: 'promote <username>',
    summary: 'make the user an admin; ends their API tokens',
    run: (context, [word]) => setRole(context, word, 'admin'),
  },
  demote: {
    usage: 'demote <username>',
    summary: 'make the admin a user again; ends their API tokens',
    run: (context, [word]) => setRole(context, word, 'user'),
  },
  disable: {
    usage: 'disable <username>',
    summary: 'end all sessions and API tokens, and block sign-in',
    run: (context, [word]) => disable(context, word),
  },
  activity: {
    usage: 'activity <username>',
    summary: 'print the event log, and whether it was tampered with',
    run: (context, [word]) => activity(context, word),
  },
  enable: {
    usage: 'enable <username>',
    summary: 'allow sign-in again',
    run: (context, [word]) => enable(context, word),
  },
};
