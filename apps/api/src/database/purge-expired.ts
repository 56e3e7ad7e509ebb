import { and, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { addSeconds } from '../clock.ts';
import type { Database } from './database.ts';

/** How long a session can be looked at after its end: 30 days. */
const sessionsKeptSeconds = 30 * 86_400;

/** Small enough that other writers wait for milliseconds only. */
const batchSize = 50;

type Rule = { readonly table: SQLiteTable; readonly key: SQLiteColumn; readonly when: SQL | undefined };

/**
 * Deletes rows that nobody needs any more, in batches with a transaction each. Every rule finds its rows by an index: a
 * purge must not scan a table, nor hold the event loop, however many rows there are.
 */
export const purgeExpired = async ({ tables, transaction }: Database, now: Date): Promise<void> => {
  const { rateLimits, sessions, revocations } = tables;
  const ended = addSeconds(now, -sessionsKeptSeconds);
  // The newest revocation stays: SQLite would give its number to the next one, and readers would miss that.
  const isNotNewest = sql`${revocations.revision} < (select max(${revocations.revision}) from ${revocations})`;
  const rules: readonly Rule[] = [
    { table: rateLimits, key: rateLimits.key, when: lte(rateLimits.until, now) },
    { table: sessions, key: sessions.id, when: lt(sessions.expiresAt, ended) },
    { table: sessions, key: sessions.id, when: lt(sessions.endedAt, ended) },
    { table: revocations, key: revocations.sessionId, when: and(lt(revocations.until, now), isNotNewest) },
  ];
  for (const { table, key, when } of rules) {
    const purgeBatch = () =>
      transaction(async (write) => {
        const batch = write.select({ key }).from(table).where(when).limit(batchSize);
        return (await write.delete(table).where(inArray(key, batch)).returning({ key })).length;
      });
    while ((await purgeBatch()) === batchSize);
  }
};
