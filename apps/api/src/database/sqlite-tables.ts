import { defineTables } from './schema.ts';
import * as words from './sqlite-columns.ts';

// One export for each table: this is the form that drizzle-kit reads.
export const { users, passwords, sessions, signingKeys, revocations, rateLimits, events } = defineTables(words);
