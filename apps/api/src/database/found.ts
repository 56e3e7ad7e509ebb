import type { GetColumnData } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** Of each table, under a name for it, the columns that are wanted. */
export type Columns = Record<string, Record<string, SQLiteColumn>>;
export type Found<Selection extends Columns> = {
  [Table in keyof Selection]: { [Name in keyof Selection[Table]]: GetColumnData<Selection[Table][Name]> };
};

/**
 * Makes what was found of a row as the driver gives it. drizzle would look for each value of each row at what its column is: a
 * fifteenth of a profile read.
 */
export const foundIn = <Selection extends Columns>(
  wanted: Selection,
): ((row: readonly unknown[]) => Found<Selection>) => {
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
    return found as Found<Selection>;
  };
};
