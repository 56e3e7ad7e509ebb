import type { ColumnTypes } from './schema.ts';

/** What the operator's commands remember about the database: when it was backed up, and how far a move is. */
export const defineMarkTables = ({ table, text, instant, json }: ColumnTypes) => ({
  marks: table('marks', {
    name: text('name').primaryKey(),
    at: instant('at').notNull(),
    detail: json('detail').$type<Readonly<Record<string, unknown>>>().notNull(),
  }),
});
