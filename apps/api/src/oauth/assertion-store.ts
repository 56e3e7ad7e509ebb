import type { Database, Write } from '../database/database.ts';

/** Remembers client assertions until they expire, so that each works once. */
export const createAssertionStore = ({ tables: { usedAssertions } }: Database) => ({
  /** Returns false if it was used before: of concurrent calls one succeeds. */
  async use(write: Write, hash: string, expiresAt: Date): Promise<boolean> {
    const used = await write
      .insert(usedAssertions)
      .values({ hash, expiresAt })
      .onConflictDoNothing()
      .returning({ hash: usedAssertions.hash });
    return used.length > 0;
  },
});

export type AssertionStore = ReturnType<typeof createAssertionStore>;
