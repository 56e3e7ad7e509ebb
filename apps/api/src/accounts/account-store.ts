import type * as contract from '@latchkey/contract/accounts';
import type { BodyOutput } from '@latchkey/contract/endpoint';
import { and, asc, eq, gt, inArray, isNotNull, isNull, ne, notExists, or, type SQL, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { fold } from '../fold.ts';

export type Account = Tables['users']['$inferSelect'];
export type NewAccount = Omit<Tables['users']['$inferInsert'], 'usernameFolded' | 'emailFolded'>;

type Update = BodyOutput<typeof contract.updateMe>;
/** Absent fields keep their values. Every field of the request must be a column; otherwise this does not compile. */
export type AccountChanges = { readonly [Field in keyof Update]: Account[Field] | undefined };

type AccountFilter = {
  /** A part of the user name. */
  readonly name?: string | undefined;
  readonly role?: Account['role'] | undefined;
  readonly state?: 'active' | 'disabled' | undefined;
  /** The last user name of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export const createAccountStore = ({ tables: { users, passwords }, read, prepareKeyedRead }: Database) => {
  const findWhere = async (condition: SQL | undefined): Promise<Account | undefined> => {
    const [account] = await read.select().from(users).where(condition);
    return account;
  };

  const hasVerified = (emailFolded: string): SQL | undefined =>
    and(eq(users.emailFolded, emailFolded), isNotNull(users.emailVerifiedAt));

  /** Locks an account until the transaction ends, by an update that changes nothing. */
  const lockWhere = async (write: Write, condition: SQL | undefined): Promise<Account | undefined> => {
    const [locked] = await write
      .update(users)
      .set({ role: sql`${users.role}` })
      .where(condition)
      .returning();
    return locked;
  };

  return {
    /** Finds an account by user name or verified e-mail address. User names have no `@`, so at most one account matches. */
    findByLogin(login: string): Promise<Account | undefined> {
      const folded = fold(login);
      return findWhere(or(eq(users.usernameFolded, folded), hasVerified(folded)));
    },

    findByUsername: (username: string): Promise<Account | undefined> =>
      findWhere(eq(users.usernameFolded, fold(username))),

    findById: prepareKeyedRead(
      'account_by_id',
      (read, hasId) => read.select().from(users).where(hasId(users.id)),
      ({ id }) => id,
    ),

    /** Returns undefined if the user name is taken. */
    async insert(write: Write, account: NewAccount): Promise<Account | undefined> {
      const [inserted] = await write
        .insert(users)
        .values({
          ...account,
          usernameFolded: fold(account.username),
          emailFolded: account.email && fold(account.email),
        })
        .onConflictDoNothing()
        .returning();
      return inserted;
    },

    /** Inserts many at once, and returns the ids of those whose user name and verified address were free. */
    async insertMany(write: Write, accounts: readonly NewAccount[]): Promise<string[]> {
      if (accounts.length === 0) return [];
      const rows = accounts.map((account) => ({
        ...account,
        usernameFolded: fold(account.username),
        emailFolded: account.email && fold(account.email),
      }));
      const inserted = await write.insert(users).values(rows).onConflictDoNothing().returning({ id: users.id });
      return inserted.map(({ id }) => id);
    },

    /** The names and addresses of the accounts with one of these folded user names, or verified addresses. */
    listTaken: async (names: readonly string[], emails: readonly string[]) =>
      read
        .select({
          username: users.usernameFolded,
          email: users.emailFolded,
          isVerified: sql<boolean>`${users.emailVerifiedAt} is not null`,
        })
        .from(users)
        .where(
          or(
            inArray(users.usernameFolded, [...names]),
            and(inArray(users.emailFolded, [...emails]), isNotNull(users.emailVerifiedAt)),
          ),
        ),

    /** A page of accounts with the hashes of their passwords, by user name, for the export. */
    listWithHashes: async (after: string, limit: number) =>
      read
        .select({ account: users, hash: passwords.hash })
        .from(users)
        .leftJoin(passwords, eq(passwords.userId, users.id))
        .where(gt(users.usernameFolded, after))
        .orderBy(asc(users.usernameFolded))
        .limit(limit),

    /** Returns undefined if there is no such account. A different e-mail address is pending again; the same one stays verified. */
    async update(write: Write, id: string, changes: AccountChanges, updatedAt: Date): Promise<Account | undefined> {
      const { email } = changes;
      const emailFolded = email && fold(email);
      const [updated] = await write
        .update(users)
        .set({
          ...changes,
          ...(email !== undefined && {
            emailFolded,
            emailVerifiedAt: sql`case when ${users.emailFolded} = ${emailFolded} then ${users.emailVerifiedAt} end`,
          }),
          updatedAt,
        })
        .where(eq(users.id, id))
        .returning();
      return updated;
    },

    /**
     * Locks the account until the transaction ends, and returns it unless it was deleted or disabled. Every transaction that
     * ends the user's sessions locks the account first.
     */
    lockEnabled: (write: Write, id: string): Promise<Account | undefined> =>
      lockWhere(write, and(eq(users.id, id), isNull(users.disabledAt))),

    /** Locks the account until the transaction ends. Returns whether it exists. */
    lockIfExists: async (write: Write, id: string): Promise<boolean> =>
      (await lockWhere(write, eq(users.id, id))) !== undefined,

    /**
     * Returns whether the account is the only active admin. Locks all admins until the transaction ends, so that of two
     * concurrent removals the second sees the first.
     */
    async isLastAdmin(write: Write, id: string): Promise<boolean> {
      const isAdmin = and(eq(users.role, 'admin'), isNull(users.disabledAt));
      const candidates = await write.select({ id: users.id }).from(users).where(isAdmin).orderBy(asc(users.id));
      // Locks nothing for other users.
      if (!candidates.some((candidate) => candidate.id === id)) return false;
      const admins: string[] = [];
      // In the same order in every transaction, to avoid a deadlock.
      for (const candidate of candidates) {
        if (await lockWhere(write, and(eq(users.id, candidate.id), isAdmin))) admins.push(candidate.id);
      }
      return admins.length === 1 && admins[0] === id;
    },

    /** The address that replaces the verified one when it is verified; null withdraws it. */
    async setPendingEmail(write: Write, id: string, pendingEmail: string | null, updatedAt: Date): Promise<void> {
      await write.update(users).set({ pendingEmail, updatedAt }).where(eq(users.id, id));
    },

    /**
     * Makes the address the verified one of the account. Returns undefined if another account has verified it. Two at the same
     * moment both pass this condition; then the unique index refuses one.
     */
    async verifyEmail(write: Write, id: string, email: string, now: Date): Promise<Account | undefined> {
      const emailFolded = fold(email);
      const other = write
        .select({ id: users.id })
        .from(users)
        .where(and(hasVerified(emailFolded), ne(users.id, id)));
      const [verified] = await write
        .update(users)
        .set({ email, emailFolded, emailVerifiedAt: now, pendingEmail: null, updatedAt: now })
        .where(and(eq(users.id, id), notExists(other)))
        .returning();
      return verified;
    },

    findByVerifiedEmail: (email: string): Promise<Account | undefined> => findWhere(hasVerified(fold(email))),

    /** Deletes the account, and its sessions with it. */
    async remove(write: Write, id: string): Promise<void> {
      await write.delete(users).where(eq(users.id, id));
    },

    /** A page of accounts by user name, without what only their owners see. */
    list: async ({ name = '', role, state, after = '', limit }: AccountFilter) => {
      const { id, username, usernameFolded, createdAt, disabledAt, closedAt } = users;
      // A user name may have a `_`, which LIKE takes for any character.
      const pattern = `%${fold(name).replace(/[\\%_]/g, '\\$&')}%`;
      const matches = and(
        gt(usernameFolded, fold(after)),
        sql`${usernameFolded} like ${pattern} escape '\\'`,
        role && eq(users.role, role),
        state && (state === 'active' ? isNull(disabledAt) : isNotNull(disabledAt)),
      );
      const page = read
        .select({ id, username, role: users.role, createdAt, disabledAt, closedAt })
        .from(users)
        .where(matches);
      return page.orderBy(asc(usernameFolded)).limit(limit);
    },

    async setRole(write: Write, id: string, role: Account['role']): Promise<void> {
      await write.update(users).set({ role }).where(eq(users.id, id));
    },

    /** Disables the account; null enables it, and opens it if it is closed. */
    async setDisabled(write: Write, id: string, disabledAt: Date | null): Promise<void> {
      await write
        .update(users)
        .set({ disabledAt, ...(disabledAt === null && { closedAt: null }) })
        .where(eq(users.id, id));
    },

    /** Closes the account, which also disables it: so all that refuses a disabled account refuses this one. */
    async close(write: Write, id: string, now: Date): Promise<void> {
      await write.update(users).set({ closedAt: now, disabledAt: now, updatedAt: now }).where(eq(users.id, id));
    },

    /** Locks and opens a closed account. Returns undefined if it is not closed, or was disabled for another reason since. */
    async reopen(write: Write, id: string, now: Date): Promise<Account | undefined> {
      const [opened] = await write
        .update(users)
        .set({ closedAt: null, disabledAt: null, updatedAt: now })
        .where(and(eq(users.id, id), eq(users.disabledAt, users.closedAt)))
        .returning();
      return opened;
    },
  };
};

export type AccountStore = ReturnType<typeof createAccountStore>;
