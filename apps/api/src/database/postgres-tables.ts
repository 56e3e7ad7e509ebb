import * as words from './postgres-columns.ts';
import { type ColumnTypes, defineTables } from './schema.ts';

// The words mean the same in both dialects, so the rest of the code knows these tables by SQLite's types.
export const { users, passwords, sessions, signingKeys, revocations, rateLimits, events } = defineTables(
  words as unknown as ColumnTypes,
);
