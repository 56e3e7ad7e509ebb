import type * as contract from '@latchkey/contract/accounts';
import type { BodyOutput } from '@latchkey/contract/endpoint';
import { and, asc, eq, getTableColumns, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { fold } from '../fold.ts';

export type Account = Tables['users']['$inferSelect'];
export type NewAccount = Omit<Tables['users']['$inferInsert'], 'usernameFolded' | 'emailFolded'>;

type Update = BodyOutput<typeof contract.updateMe>;
/** Absent fields keep their values. Every field of the request must be a column; otherwise this does not compile. */
export type AccountChanges = { readonly [Field in keyof Update]: Account[Field] | undefined };

export const createAccountStore = ({ tables: { users }, read, prepareKeyedRead }: Database) => {
  const findOne = prepareKeyedRead(
    'account_by_id',
    { account: getTableColumns(users) },
    (select, matchesKey) => select.from(users).where(matchesKey(users.id)),
    ({ account }) => account.id,
  );

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

    findById: async (id: string): Promise<Account | undefined> => (await findOne(id))?.account,

    /** Gives nothing where the user name is taken. */
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
