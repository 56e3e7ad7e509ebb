import { randomUUID } from 'node:crypto';
import { and, asc, eq, ne } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { ProviderIdentity } from '../database/schema-identities.ts';

export type Identity = Tables['identities']['$inferSelect'];

type Key = Pick<ProviderIdentity, 'issuer' | 'subject'>;

export const accountAt = ({ email, username }: ProviderIdentity): string | null => email ?? username;

export const createIdentityStore = ({ tables: { identities }, read }: Database) => {
  const isOf = ({ issuer, subject }: Key) => and(eq(identities.issuer, issuer), eq(identities.subject, subject));

  return {
    async find(key: Key): Promise<Identity | undefined> {
      const [found] = await read.select().from(identities).where(isOf(key));
      return found;
    },

    list: async (userId: string): Promise<Identity[]> =>
      read.select().from(identities).where(eq(identities.userId, userId)).orderBy(asc(identities.createdAt)),

    /** Returns undefined if it belongs to an account already. The caller holds the account's lock. */
    async insert(
      write: Write,
      userId: string,
      provider: string,
      identity: ProviderIdentity,
      now: Date,
    ): Promise<Identity | undefined> {
      const { issuer, subject } = identity;
      const row = { id: randomUUID(), userId, provider, issuer, subject, account: accountAt(identity) };
      const [inserted] = await write
        .insert(identities)
        .values({ ...row, createdAt: now, lastUsedAt: now })
        .onConflictDoNothing()
        .returning();
      return inserted;
    },

    /** Records a sign-in. Returns false if it no longer belongs to this account. The caller holds the account's lock. */
    async use(write: Write, userId: string, identity: ProviderIdentity, now: Date): Promise<boolean> {
      const used = await write
        .update(identities)
        .set({ account: accountAt(identity), lastUsedAt: now })
        .where(and(isOf(identity), eq(identities.userId, userId)))
        .returning({ id: identities.id });
      return used.length > 0;
    },

    /** The caller holds the account's lock. */
    async remove(write: Write, userId: string, id: string): Promise<Identity | undefined> {
      const [removed] = await write
        .delete(identities)
        .where(and(eq(identities.id, id), eq(identities.userId, userId)))
        .returning();
      return removed;
    },

    /** The other identities of an account. The caller holds the account's lock. */
    listOthers: async (write: Write, userId: string, id: string): Promise<Identity[]> =>
      write
        .select()
        .from(identities)
        .where(and(eq(identities.userId, userId), ne(identities.id, id))),

    /** Ends every sign-in with a provider, for somebody who takes the account back. The caller holds the account's lock. */
    async removeAll(write: Write, userId: string): Promise<void> {
      await write.delete(identities).where(eq(identities.userId, userId));
    },
  };
};

export type IdentityStore = ReturnType<typeof createIdentityStore>;
