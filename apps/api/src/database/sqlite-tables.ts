import { defineTables } from './schema.ts';
import * as columnTypes from './sqlite-columns.ts';

// One export per table, as drizzle-kit expects.
export const { users, passwords, sessions, signingKeys, revocations, rateLimits, events, verifications, messages } =
  defineTables(columnTypes);
