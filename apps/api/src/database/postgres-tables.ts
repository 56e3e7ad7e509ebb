import * as words from './postgres-words.ts';
import { defineTables, type Words } from './schema.ts';

// The words mean the same in both dialects, so the rest of the code knows these tables by SQLite's types.
export const { users, sessions, signingKeys, revocations, attempts, events } = defineTables(words as unknown as Words);
