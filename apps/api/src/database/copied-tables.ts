import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Tables } from './schema.ts';

type CopiedTable = {
  readonly name: keyof Tables;
  readonly key: (tables: Tables) => readonly SQLiteColumn[];
};

const byId = <Name extends keyof Tables>(name: Name, key: (table: Tables[Name]) => SQLiteColumn): CopiedTable => ({
  name,
  key: (tables) => [key(tables[name])],
});

/** Every table but `marks`, which is about one database: in the order of their references, with the key that orders the rows. */
export const copiedTables: readonly CopiedTable[] = [
  byId('users', ({ id }) => id),
  byId('passwords', ({ userId }) => userId),
  byId('apps', ({ id }) => id),
  byId('appSecrets', ({ hash }) => hash),
  byId('sessions', ({ id }) => id),
  byId('signingKeys', ({ id }) => id),
  byId('revocations', ({ sessionId }) => sessionId),
  byId('rateLimits', ({ key }) => key),
  { name: 'events', key: ({ events }) => [events.userId, events.number] },
  byId('verifications', ({ id }) => id),
  byId('messages', ({ id }) => id),
  byId('authorizationCodes', ({ hash }) => hash),
  byId('consents', ({ id }) => id),
  byId('logoutNotices', ({ id }) => id),
  byId('deviceRequests', ({ hash }) => hash),
  byId('usedAssertions', ({ hash }) => hash),
  byId('identities', ({ id }) => id),
  byId('signInAttempts', ({ id }) => id),
];
