import type { Database, Write } from './database.ts';

/** Times that the commands and the probes remember. */
export const createMarkStore = ({ tables: { marks } }: Pick<Database, 'tables'>) => ({
  async set(write: Write, name: string, at: Date, detail: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const mark = { at, detail };
    await write
      .insert(marks)
      .values({ name, ...mark })
      .onConflictDoUpdate({ target: marks.name, set: mark });
  },
});

export type MarkStore = ReturnType<typeof createMarkStore>;
