import { defineTables } from './schema.ts';
import * as columnTypes from './sqlite-columns.ts';

export const tables = defineTables(columnTypes);
