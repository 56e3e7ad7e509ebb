import { randomUUID } from 'node:crypto';
import type { AccountStore, NewAccount } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { EventStore } from '../events/event-store.ts';
import { fold } from '../fold.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { usernameLike } from '../username-like.ts';
import type { HashOptions } from './foreign-passwords.ts';
import type { Row } from './read-rows.ts';
import { type NewUser, toNewUser } from './to-new-user.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordStore;
  readonly events: EventStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly isReservedUsername: (username: string) => boolean;
};

type Options = HashOptions & { readonly isDryRun: boolean };

export type ImportSummary = { readonly imported: number; readonly existing: number; readonly refused: number };

type Report = {
  /** A row that was not taken, and why. */
  readonly onRefusal: (row: Row, name: string, reason: string) => void;
  readonly onProgress: (done: number, rows: number) => void;
};

/** Short transactions: other requests run between them. */
const batchSize = 200;
/** How many names are tried for an address: `ada`, `ada-2`, `ada-3` … */
const maxNames = 1000;

type Candidate = { readonly row: Row; readonly user: NewUser };
type Accepted = { readonly row: Row; readonly account: NewAccount; readonly hash: string | undefined };

async function* inBatches(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Imports the users of another system. A user who exists stays as they are, so importing a file again changes nothing, and continues
 * an import that was interrupted.
 */
export const importUsers = (needs: Needs) => {
  const { accounts, passwords, events, transaction, clock, isReservedUsername } = needs;

  /** The names that this run would have taken: a dry run writes nothing. */
  const planned = new Map<string, string | null>();
  const plannedEmails = new Set<string>();

  /** The folded names and addresses that a batch asks for, and what the database has of them: one query for all. */
  const lookUp = async (users: readonly NewUser[]) => {
    const names = users.map(({ username, email }) => fold(username ?? usernameLike(email) ?? 'user'));
    const emails = users.flatMap(({ email, isEmailVerified }) => (email && isEmailVerified ? [fold(email)] : []));
    const taken = await accounts.listTaken(names, emails);
    return {
      asked: new Set(names),
      addresses: new Map(taken.map(({ username, email }) => [username, email])),
      verified: new Set(taken.flatMap(({ email, isVerified }) => (email && isVerified ? [email] : []))),
    };
  };
  type Taken = Awaited<ReturnType<typeof lookUp>>;

  /** The address of the account with this name; null if it has none, undefined if there is no such account. */
  const addressOf = async (username: string, { asked, addresses }: Taken): Promise<string | null | undefined> => {
    const folded = fold(username);
    const known = planned.get(folded) ?? addresses.get(folded);
    if (known !== undefined || planned.has(folded) || addresses.has(folded)) return known ?? null;
    if (asked.has(folded)) return undefined;
    const account = await accounts.findByUsername(username);
    return account?.emailFolded;
  };

  type Name = { readonly username: string } | { readonly isExisting: true } | { readonly refusal: string };
  const findName = async ({ username, email }: NewUser, taken: Taken): Promise<Name> => {
    const address = email && fold(email);
    if (username !== undefined) {
      const owner = await addressOf(username, taken);
      if (owner === undefined) return { username };
      return owner === address || address === null
        ? { isExisting: true }
        : { refusal: `The user name ${username} belongs to an account with another e-mail address.` };
    }
    const base = usernameLike(email) ?? 'user';
    for (let number = 1; number <= maxNames; number++) {
      const suffix = number === 1 ? '' : `-${number}`;
      const candidate = `${base.slice(0, 32 - suffix.length)}${suffix}`;
      const owner = await addressOf(candidate, taken);
      // `admin@example.com` is not the admin here.
      if (owner === undefined && isReservedUsername(candidate)) continue;
      if (owner === undefined) return { username: candidate };
      if (owner === address) return { isExisting: true };
    }
    return { refusal: `There are too many user names like ${base}; add a column with user names.` };
  };

  const toAccount = (
    { isEmailVerified, isDisabled, hash: _, createdAt, ...user }: NewUser,
    username: string,
  ): NewAccount => {
    const now = clock();
    const created = createdAt ?? now;
    return {
      ...user,
      id: randomUUID(),
      username,
      role: 'user',
      emailVerifiedAt: isEmailVerified ? created : null,
      disabledAt: isDisabled ? now : null,
      createdAt: created,
      updatedAt: now,
    };
  };

  const store = (batch: readonly Accepted[]): Promise<readonly Accepted[]> =>
    transaction(async (write) => {
      const inserted = new Set(
        await accounts.insertMany(
          write,
          batch.map(({ account }) => account),
        ),
      );
      const taken = batch.filter(({ account }) => inserted.has(account.id));
      const now = clock();
      await passwords.insertMany(
        write,
        taken.flatMap(({ account: { id: userId }, hash }) =>
          hash === undefined ? [] : [{ userId, hash, updatedAt: now }],
        ),
      );
      const event = { kind: 'registered', actor: 'operator', actorId: null, sessionId: null } as const;
      const from = { address: null, userAgent: null, detail: {} };
      await events.insertFirst(
        write,
        taken.map(({ account }) => ({ ...event, ...from, userId: account.id })),
        now,
      );
      return taken;
    });

  return async (
    rows: AsyncIterable<Row>,
    options: Options,
    { onRefusal, onProgress }: Report,
  ): Promise<ImportSummary> => {
    const count = { imported: 0, existing: 0, refused: 0 };
    let refusals: Parameters<Report['onRefusal']>[] = [];
    const refuse = (...refusal: Parameters<Report['onRefusal']>): void => {
      count.refused += 1;
      refusals.push(refusal);
    };
    const reportRefusals = (): void => {
      for (const refusal of refusals.toSorted(([one], [other]) => one.number - other.number)) onRefusal(...refusal);
      refusals = [];
    };

    const accept = async ({ row, user }: Candidate, taken: Taken): Promise<Accepted | undefined> => {
      const found = await findName(user, taken);
      const name = user.username ?? user.email ?? '';
      if ('refusal' in found) return void refuse(row, name, found.refusal);
      if ('isExisting' in found) {
        count.existing += 1;
        return undefined;
      }
      const folded = user.email && fold(user.email);
      if (folded && user.isEmailVerified) {
        const isTaken = plannedEmails.has(folded) || taken.verified.has(folded);
        if (isTaken) return void refuse(row, name, `The e-mail address ${user.email} belongs to another account.`);
        plannedEmails.add(folded);
      }
      planned.set(fold(found.username), folded);
      return { row, account: toAccount(user, found.username), hash: user.hash };
    };

    let read = 0;
    for await (const batch of inBatches(rows)) {
      const candidates: Candidate[] = [];
      for (const row of batch) {
        const outcome = toNewUser(row.raw, { ...options, now: clock() });
        if ('user' in outcome) candidates.push({ row, user: outcome.user });
        else refuse(row, String(row.raw.username ?? row.raw.email ?? ''), outcome.refusal);
      }
      const taken = await lookUp(candidates.map(({ user }) => user));
      const accepted: Accepted[] = [];
      for (const candidate of candidates) {
        const one = await accept(candidate, taken);
        if (one) accepted.push(one);
      }
      const stored = new Set(options.isDryRun ? accepted : await store(accepted));
      count.imported += stored.size;
      for (const one of accepted) {
        const { username } = one.account;
        if (!stored.has(one)) refuse(one.row, username, `The user name ${username} was taken a moment ago.`);
      }
      reportRefusals();
      if (!options.isDryRun) {
        planned.clear();
        plannedEmails.clear();
      }
      read += batch.length;
      onProgress(batch.at(-1)?.done ?? 1, read);
    }
    return count;
  };
};
