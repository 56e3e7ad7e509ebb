import { and, asc, eq, gt, isNull, or } from 'drizzle-orm';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type App = Tables['apps']['$inferSelect'];

/** The registered apps, and the hashes of their secrets. */
export const createAppStore = ({ tables: { apps, appSecrets }, read }: Database) => ({
  async findById(id: string): Promise<App | undefined> {
    const [found] = await read.select().from(apps).where(eq(apps.id, id));
    return found;
  },

  async findByName(name: string): Promise<App | undefined> {
    const [found] = await read.select().from(apps).where(eq(apps.name, name));
    return found;
  },

  list: async (): Promise<App[]> => read.select().from(apps).orderBy(asc(apps.name)),

  /** Returns false if the name is taken. */
  async insert(write: Write, app: App): Promise<boolean> {
    const inserted = await write.insert(apps).values(app).onConflictDoNothing().returning({ id: apps.id });
    return inserted.length > 0;
  },

  async remove(write: Write, id: string): Promise<void> {
    await write.delete(apps).where(eq(apps.id, id));
  },

  async addSecret(write: Write, appId: string, hash: string, createdAt: Date): Promise<void> {
    await write.insert(appSecrets).values({ appId, hash, createdAt, expiresAt: null });
  },

  /** Lets the present secrets expire at this time, unless they expire earlier. */
  async expireSecrets(write: Write, appId: string, expiresAt: Date): Promise<void> {
    const isLater = or(isNull(appSecrets.expiresAt), gt(appSecrets.expiresAt, expiresAt));
    await write
      .update(appSecrets)
      .set({ expiresAt })
      .where(and(eq(appSecrets.appId, appId), isLater));
  },

  /** The hashes of the secrets that are valid now. */
  async listSecretHashes(appId: string, now: Date): Promise<string[]> {
    const isValid = or(isNull(appSecrets.expiresAt), gt(appSecrets.expiresAt, now));
    const found = await read
      .select({ hash: appSecrets.hash })
      .from(appSecrets)
      .where(and(eq(appSecrets.appId, appId), isValid));
    return found.map(({ hash }) => hash);
  },
});

export type AppStore = ReturnType<typeof createAppStore>;
