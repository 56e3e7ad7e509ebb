import {
  bigint,
  boolean,
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
export const flag = (name: string) => boolean(name);
// Not jsonb, which reorders keys: SQLite keeps their order.
export const json = (name: string) => jsonColumn(name);
