import { eq } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';

/** What users have allowed apps of third parties. */
export const createConsentStore = ({ tables: { consents, apps }, read }: Database) => {
  const idOf = (userId: string, appId: string): string => `${userId} ${appId}`;
  const isOf = (userId: string, appId: string) => eq(consents.id, idOf(userId, appId));

  return {
    async findScopes(userId: string, appId: string): Promise<readonly string[]> {
      const [found] = await read.select({ scopes: consents.scopes }).from(consents).where(isOf(userId, appId));
      return found?.scopes ?? [];
    },

    async put(write: Write, userId: string, appId: string, scopes: readonly string[], now: Date): Promise<void> {
      const granted = { scopes, grantedAt: now };
      await write
        .insert(consents)
        .values({ id: idOf(userId, appId), userId, appId, ...granted })
        .onConflictDoUpdate({ target: consents.id, set: granted });
    },

    async remove(write: Write, userId: string, appId: string): Promise<boolean> {
      const removed = await write.delete(consents).where(isOf(userId, appId)).returning({ id: consents.id });
      return removed.length > 0;
    },

    list: async (userId: string) =>
      read
        .select({ id: apps.id, name: apps.name, scopes: consents.scopes, grantedAt: consents.grantedAt })
        .from(consents)
        .innerJoin(apps, eq(apps.id, consents.appId))
        .where(eq(consents.userId, userId)),
  };
};

export type ConsentStore = ReturnType<typeof createConsentStore>;
export type Consent = Awaited<ReturnType<ConsentStore['list']>>[number];
