import { asc, eq } from 'drizzle-orm';
import type { Database } from '../database/database.ts';

export const createSigningKeyStore = ({ tables: { signingKeys }, read, transaction }: Database) => ({
  list: async (algorithm: 'RS256' | 'ES256') =>
    read.select().from(signingKeys).where(eq(signingKeys.algorithm, algorithm)).orderBy(asc(signingKeys.number)),

  /** Does nothing where another process has put a key of this algorithm and number first. */
  insert: (key: typeof signingKeys.$inferInsert): Promise<void> =>
    transaction(async (write) => {
      await write.insert(signingKeys).values(key).onConflictDoNothing();
    }),
});

export type SigningKeyStore = ReturnType<typeof createSigningKeyStore>;
