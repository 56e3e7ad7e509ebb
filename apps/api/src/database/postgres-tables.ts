import * as columnTypes from './postgres-columns.ts';
import { type ColumnTypes, defineTables } from './schema.ts';

// The column types mean the same in both dialects, so the rest of the code uses SQLite's types for these tables.
export const tables = defineTables(columnTypes as unknown as ColumnTypes);
