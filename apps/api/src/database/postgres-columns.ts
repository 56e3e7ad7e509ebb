import {
  bigint,
  customType,
  integer as integerColumn,
  json as jsonColumn,
  text as textColumn,
  timestamp,
} from 'drizzle-orm/pg-core';

export { index, pgTable as table, uniqueIndex } from 'drizzle-orm/pg-core';

export const text = (name: string) => textColumn(name);
export const integer = (name: string) => integerColumn(name);
export const bigInteger = (name: string) => bigint(name, { mode: 'number' });
export const instant = (name: string) => timestamp(name, { mode: 'date', precision: 3, withTimezone: true });
// Not `boolean`: drizzle's does not parse, and the keyed read gives every value as text, 'f' included.
export const flag = customType<{ data: boolean; driverData: boolean | string }>({
  dataType: () => 'boolean',
  fromDriver: (value) => value === true || value === 't',
});
// Not jsonb: it would reorder the keys that SQLite keeps as they came.
export const json = (name: string) => jsonColumn(name);
