import { defineTables } from './schema.ts';
import * as words from './sqlite-words.ts';

// One export for each table: this is the form that drizzle-kit reads.
export const { users, sessions, signingKeys, revocations, attempts, events } = defineTables(words);
