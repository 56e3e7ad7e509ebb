import { and, asc, eq, isNull, lt, max, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type StoredKey = Tables['signingKeys']['$inferSelect'];

export const createSigningKeyStore = ({ tables: { signingKeys, sessions }, read, transaction }: Database) => ({
  list: async (): Promise<StoredKey[]> => read.select().from(signingKeys).orderBy(asc(signingKeys.number)),

  /** @returns whether this process inserted the key; another may have inserted one with the same number */
  insert: (key: StoredKey): Promise<boolean> =>
    transaction(async (write) => {
      const inserted = await write.insert(signingKeys).values(key).onConflictDoNothing().returning();
      return inserted.length > 0;
    }),

  /** Replaces the encrypted private key, unless another process has. */
  reseal: ({ id, sealedPrivateKey }: StoredKey, resealed: string): Promise<void> =>
    transaction(async (write) => {
      await write
        .update(signingKeys)
        .set({ sealedPrivateKey: resealed })
        .where(and(eq(signingKeys.id, id), eq(signingKeys.sealedPrivateKey, sealedPrivateKey)));
    }),

  retire: (id: string, revokedAt: Date): Promise<void> =>
    transaction(async (write) => {
      await write
        .update(signingKeys)
        .set({ revokedAt })
        .where(and(eq(signingKeys.id, id), isNull(signingKeys.revokedAt)));
    }),

  /** Stores when the last token of a key expires. The first process decides. */
  setExpiry: (id: string, expiresAt: Date): Promise<void> =>
    transaction(async (write) => {
      await write
        .update(signingKeys)
        .set({ expiresAt })
        .where(and(eq(signingKeys.id, id), isNull(signingKeys.expiresAt)));
    }),

  /** When the last API token created before this moment expires; `null` if none is live. */
  async lastApiTokenExpiry(createdBefore: Date): Promise<Date | null> {
    // A literal, because the planner takes the partial index only for one.
    const isApiToken = sql`${sessions.kind} = 'api_token'`;
    const [found] = await read
      .select({ last: max(sessions.expiresAt) })
      .from(sessions)
      .where(and(isApiToken, isNull(sessions.endedAt), lt(sessions.createdAt, createdBefore)));
    return found?.last ?? null;
  },
});

export type SigningKeyStore = ReturnType<typeof createSigningKeyStore>;
