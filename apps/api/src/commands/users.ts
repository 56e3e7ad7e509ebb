import { randomBytes } from 'node:crypto';
import { username as usernameSchema } from '@latchkey/contract/accounts';
import * as z from 'zod/mini';
import { type Account, createAccountStore } from '../accounts/account-store.ts';
import { newAccount } from '../accounts/new-account.ts';
import { tokenSecondsOf } from '../config.ts';
import { createPasswordHasher } from '../passwords/password-hasher.ts';
import { createSessionStore } from '../sessions/session-store.ts';
import { type Command, CommandError, type Context, moment, table } from './commands.ts';

const storesOf = ({ config, database }: Context) => ({
  accounts: createAccountStore(database),
  sessions: createSessionStore(database, tokenSecondsOf(config)),
});

const named = (word: string | undefined): string => {
  if (!word) throw new CommandError('Name a user; see pnpm users list.');
  return word;
};

const found = (account: Account | undefined, name: string): Account => {
  if (!account) throw new CommandError(`There is no user ${name}; see pnpm users list.`);
  return account;
};

const list = async (context: Context): Promise<string> => {
  const all = await storesOf(context).accounts.list();
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
  const { config, database, now } = context;
  const { accounts } = storesOf(context);
  const username = z.safeParse(usernameSchema, named(word));
  if (!username.success) throw new CommandError(username.error.issues.map(({ message }) => message).join(' '));
  const password = randomBytes(12).toString('base64url');
  const hasher = createPasswordHasher(config.bcryptCost, 1);
  const passwordHash = await hasher.hash(password).finally(hasher.close);
  const account = newAccount({ username: username.data, passwordHash, role: isAdmin ? 'admin' : 'user' }, now);
  const inserted = await database.transaction((write) => accounts.insert(write, account));
  if (!inserted) throw new CommandError(`The user name ${username.data} is taken.`);
  return `${account.role} ${account.username} was made. The password, shown this once: ${password}`;
};

const setRole = async (context: Context, word: string | undefined, role: Account['role']): Promise<string> => {
  const { accounts, sessions } = storesOf(context);
  const account = await context.database.transaction(async (write) => {
    const changed = found(await accounts.setRole(write, named(word), role), named(word));
    // What was made with the old role's rights, or says the old role for a year, goes with it.
    await sessions.endAllNamed(write, changed.id, { reason: 'revoked', now: context.now });
    // Nobody is signed out: services only learn that tokens with the old role no longer count.
    await sessions.revokeTokens(write, changed.id, context.now);
    return changed;
  });
  return `${account.username} is ${role} now, from the next request on.`;
};

const disable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts, sessions } = storesOf(context);
  const ended = await context.database.transaction(async (write) => {
    const account = found(await accounts.setDisabled(write, named(word), context.now), named(word));
    return sessions.endAll(write, account.id, { reason: 'account_disabled', now: context.now });
  });
  return `${word} is disabled; ${ended} sessions and tokens ended.`;
};

const enable = async (context: Context, word: string | undefined): Promise<string> => {
  const { accounts } = storesOf(context);
  await context.database.transaction(async (write) =>
    found(await accounts.setDisabled(write, named(word), null), named(word)),
  );
  return `${word} can sign in again.`;
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
  enable: { usage: 'enable <username>', summary: 'let them in again', run: (context, [word]) => enable(context, word) },
};
