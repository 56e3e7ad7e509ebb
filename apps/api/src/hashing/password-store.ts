import { createHash } from 'node:crypto';
import { and, eq, gte, min, sql } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { fold } from '../fold.ts';

type Password = Tables['passwords']['$inferSelect'];

/** The SHA-256 of a name, formatted as an id, so that it has a fixed and random place among the ids. */
const placeOf = (folded: string): string =>
  createHash('sha256')
    .update(folded)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

export const createPasswordStore = ({ tables: { passwords }, read }: Database) => ({
  /**
   * Returns the hash to compare with at log-in. An account without a password and a name without an account get the decoy of
   * that name: a real hash, chosen deterministically, so that decoys cost what real hashes cost (docs/decisions/0009). Every
   * call reads both. Only a match with the account's own `userId` counts. Returns undefined when there are no passwords at all.
   */
  async findForLogIn(login: string, userId = ''): Promise<Password | undefined> {
    const firstId = read.select({ id: min(passwords.userId) }).from(passwords);
    const nextId = read
      .select({ id: min(passwords.userId) })
      .from(passwords)
      .where(gte(passwords.userId, placeOf(fold(login))));
    const found = await read
      .select()
      .from(passwords)
      .where(sql`${passwords.userId} in (${userId}, coalesce(${nextId}, ${firstId}))`);
    return found.find((password) => password.userId === userId) ?? found[0];
  },

  /** @param from a transaction whose caller holds the account's lock; default: what is committed */
  async findHash(userId: string, from: Pick<Write, 'select'> = read): Promise<string | undefined> {
    const [found] = await from.select({ hash: passwords.hash }).from(passwords).where(eq(passwords.userId, userId));
    return found?.hash;
  },

  /** Sets the first or another password of an account. The caller holds the account's lock. */
  async set(write: Write, { userId, ...set }: Password): Promise<void> {
    await write
      .insert(passwords)
      .values({ userId, ...set })
      .onConflictDoUpdate({ target: passwords.userId, set });
  },

  /** The first passwords of new accounts. */
  async insertMany(write: Write, rows: readonly Password[]): Promise<void> {
    if (rows.length > 0) await write.insert(passwords).values([...rows]);
  },

  async remove(write: Write, userId: string): Promise<void> {
    await write.delete(passwords).where(eq(passwords.userId, userId));
  },

  /**
   * Replaces the hash that was checked, and returns whether it was still there. The caller holds the account's lock.
   * @param next without `updatedAt` when the password stays the same
   */
  async replace(
    write: Write,
    userId: string,
    checkedHash: string,
    next: { readonly hash: string; readonly updatedAt?: Date },
  ): Promise<boolean> {
    const replaced = await write
      .update(passwords)
      .set(next)
      .where(and(eq(passwords.userId, userId), eq(passwords.hash, checkedHash)))
      .returning({ userId: passwords.userId });
    return replaced.length > 0;
  },
});

export type PasswordStore = ReturnType<typeof createPasswordStore>;
