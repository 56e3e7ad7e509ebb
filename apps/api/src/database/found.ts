import type { GetColumnData } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** Of each table, under a name for it, the columns that are wanted. */
export type Columns = Record<string, Record<string, SQLiteColumn>>;
export type Found<Wanted extends Columns> = {
  [Table in keyof Wanted]: { [Name in keyof Wanted[Table]]: GetColumnData<Wanted[Table][Name]> };
};

/**
 * Makes what was found of a row as the driver gives it. drizzle would look for each value of each row at what its column is: a
 * fifteenth of a profile read.
 */
export const foundIn = <Wanted extends Columns>(wanted: Wanted): ((row: readonly unknown[]) => Found<Wanted>) => {
  // In the order in which drizzle selects them.
  const cells = Object.entries(wanted).flatMap(([table, columns]) =>
    Object.entries(columns).map(([name, column]) => ({ table, name, column })),
  );
  return (row) => {
    const found: Record<string, Record<string, unknown>> = {};
    cells.forEach(({ table, name, column }, index) => {
      const value = row[index];
      found[table] ??= {};
      found[table][name] = value === null ? null : column.mapFromDriverValue(value);
    });
    return found as Found<Wanted>;
  };
};
