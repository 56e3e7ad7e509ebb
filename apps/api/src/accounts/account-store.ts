import { createHash } from 'node:crypto';
import { and, asc, eq, gte, isNotNull, isNull, min, or, type SQL, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { fold } from '../fold.ts';

export type Account = Tables['users']['$inferSelect'];
/** What is absent stays as it is. */
export type AccountChanges = { [Field in 'displayName' | 'email' | 'metadata']?: Account[Field] | undefined };

/** A place among the ids of accounts, the same for a name each time and as likely as any other. */
const placeOf = (folded: string): string =>
  createHash('sha256')
    .update(folded)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

export const createAccountStore = ({ tables: { users }, read }: Database) => {
  /** Writes one account as it is: who else wants to change it waits until the transaction is over. */
  const lockWhere = async (write: Write, which: SQL | undefined): Promise<Account | undefined> => {
    const [held] = await write
      .update(users)
      .set({ role: sql`${users.role}` })
      .where(which)
      .returning();
    return held;
  };

  return {
    /** Finds by user name or by proved e-mail address. No user name holds an `@`, so at most one account fits. */
    async findByLogin(login: string): Promise<Account | undefined> {
      const folded = fold(login);
      const byEmail = and(eq(users.emailFolded, folded), isNotNull(users.emailVerifiedAt));
      const [account] = await read
        .select()
        .from(users)
        .where(or(eq(users.usernameFolded, folded), byEmail));
      return account;
    },

    /**
     * Finds what a name is compared with that nobody has: the hash of some account, of the same one each time, so that these
     * names have the kinds and costs that real ones have. Gives nothing where there is no account. Whoever asks may not learn
     * whether a password fits it (docs/decisions/0009).
     */
    async findDecoyHash(login: string): Promise<string | undefined> {
      const firstId = read.select({ id: min(users.id) }).from(users);
      const nextId = read
        .select({ id: min(users.id) })
        .from(users)
        .where(gte(users.id, placeOf(fold(login))));
      const [decoy] = await read
        .select({ hash: users.passwordHash })
        .from(users)
        .where(eq(users.id, sql`coalesce(${nextId}, ${firstId})`));
      return decoy?.hash;
    },

    async findById(id: string): Promise<Account | undefined> {
      const [account] = await read.select().from(users).where(eq(users.id, id));
      return account;
    },

    /** Gives nothing where the user name is taken. */
    async insert(write: Write, account: Omit<Account, 'usernameFolded' | 'emailFolded'>): Promise<Account | undefined> {
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

    /** Gives nothing where the account is gone. Another e-mail address is a wish again, the same one stays proved. */
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
     * Puts a new hash in the place of the one that was checked, and gives the account as it is now. Gives nothing where that
     * one is no longer there, or the account was disabled.
     */
    async replacePasswordHash(
      write: Write,
      id: string,
      checkedHash: string,
      newHash: string,
    ): Promise<Account | undefined> {
      const [replaced] = await write
        .update(users)
        .set({ passwordHash: newHash })
        .where(and(eq(users.id, id), eq(users.passwordHash, checkedHash), isNull(users.disabledAt)))
        .returning();
      return replaced;
    },

    /**
     * Gives the account as it is now, and keeps it so until the transaction is over: whatever ends this person's sessions
     * writes the account first. Gives nothing where it is gone or disabled.
     */
    lockEnabled: (write: Write, id: string): Promise<Account | undefined> =>
      lockWhere(write, and(eq(users.id, id), isNull(users.disabledAt))),

    /** Says whether the account is there, and keeps it there until the transaction is over. */
    lockIfExists: async (write: Write, id: string): Promise<boolean> =>
      (await lockWhere(write, eq(users.id, id))) !== undefined,

    /**
     * Says whether nobody else could look after the others, were this one gone. All admins are kept as they are until the
     * transaction is over: of two who leave at once, the second sees that the first is gone.
     */
    async isLastAdmin(write: Write, id: string): Promise<boolean> {
      const isAdmin = and(eq(users.role, 'admin'), isNull(users.disabledAt));
      const candidates = await write.select({ id: users.id }).from(users).where(isAdmin).orderBy(asc(users.id));
      // Nobody waits for the admins who is none.
      if (!candidates.some((candidate) => candidate.id === id)) return false;
      const admins: string[] = [];
      // One after the other, in one order for all: else two would wait for each other.
      for (const candidate of candidates) {
        if (await lockWhere(write, and(eq(users.id, candidate.id), isAdmin))) admins.push(candidate.id);
      }
      return admins.length === 1 && admins[0] === id;
    },

    /** Deletes the account, and its sessions with it. */
    async remove(write: Write, id: string): Promise<void> {
      await write.delete(users).where(eq(users.id, id));
    },

    list: async (): Promise<Account[]> => read.select().from(users).orderBy(asc(users.createdAt)),

    async findByUsername(username: string): Promise<Account | undefined> {
      const [account] = await read
        .select()
        .from(users)
        .where(eq(users.usernameFolded, fold(username)));
      return account;
    },

    async setRole(write: Write, id: string, role: Account['role']): Promise<void> {
      await write.update(users).set({ role }).where(eq(users.id, id));
    },

    /** Disables from a moment on, or with `null` enables. */
    async setDisabled(write: Write, id: string, disabledAt: Date | null): Promise<void> {
      await write.update(users).set({ disabledAt }).where(eq(users.id, id));
    },
  };
};

export type AccountStore = ReturnType<typeof createAccountStore>;
