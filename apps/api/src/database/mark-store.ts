import { eq } from 'drizzle-orm';
import type { Database, Write } from './database.ts';

/** What the commands and the server remember about this database. */
export const createMarkStore = ({ tables: { marks }, read }: Pick<Database, 'tables' | 'read'>) => ({
  async find(name: string) {
    const [mark] = await read.select().from(marks).where(eq(marks.name, name));
    return mark;
  },

  async set(write: Write, name: string, at: Date, detail: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const mark = { at, detail };
    await write
      .insert(marks)
      .values({ name, ...mark })
      .onConflictDoUpdate({ target: marks.name, set: mark });
  },
});

export type MarkStore = ReturnType<typeof createMarkStore>;
