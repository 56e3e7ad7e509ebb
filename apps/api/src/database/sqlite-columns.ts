import { integer as integerColumn, text as textColumn } from 'drizzle-orm/sqlite-core';

export { index, sqliteTable as table, uniqueIndex } from 'drizzle-orm/sqlite-core';

export const text = (name: string) => textColumn(name);
export const integer = (name: string) => integerColumn(name);
/** Safe integers, up to 2^53 - 1. */
export const bigInteger = (name: string) => integerColumn(name);
export const instant = (name: string) => integerColumn(name, { mode: 'timestamp_ms' });
export const flag = (name: string) => integerColumn(name, { mode: 'boolean' });
export const json = (name: string) => textColumn(name, { mode: 'json' });
