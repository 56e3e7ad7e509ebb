import { closedAccountKeptSeconds } from '@latchkey/contract/accounts';
import { and, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { addSeconds } from '../clock.ts';
import type { Database } from './database.ts';

/** The row of a session stays for 30 days after its end. */
const sessionsKeptSeconds = 30 * 86_400;

/** A link and a message stay for seven days: a second click answers that it is done, and the operator sees what was sent. */
const usedKeptSeconds = 7 * 86_400;

/** Other writers wait only milliseconds for a batch of this size. */
const batchSize = 50;

type Rule = {
  readonly table: SQLiteTable;
  readonly key: SQLiteColumn;
  readonly when: SQL | undefined;
  /** How many rows a transaction deletes: an account goes alone, because its sessions and events go with it. */
  readonly size?: number;
};

/**
 * Deletes expired rows in batches, each in its own transaction. Every rule finds its rows by an index: a purge must not scan
 * a table or block the event loop, even with a million rows.
 */
export const purgeExpired = async ({ tables, transaction }: Database, now: Date): Promise<void> => {
  const {
    users,
    rateLimits,
    sessions,
    revocations,
    verifications,
    messages,
    appSecrets,
    authorizationCodes,
    signInAttempts,
    deviceRequests,
    usedAssertions,
  } = tables;
  const ended = addSeconds(now, -sessionsKeptSeconds);
  const used = addSeconds(now, -usedKeptSeconds);
  const closed = addSeconds(now, -closedAccountKeptSeconds);
  // The newest revocation stays. Otherwise SQLite would reuse its number for the next one, and readers would miss that.
  const isNotNewest = sql`${revocations.revision} < (select max(${revocations.revision}) from ${revocations})`;
  const rules: readonly Rule[] = [
    { table: rateLimits, key: rateLimits.key, when: lte(rateLimits.until, now) },
    { table: sessions, key: sessions.id, when: lt(sessions.expiresAt, ended) },
    { table: sessions, key: sessions.id, when: lt(sessions.endedAt, ended) },
    { table: verifications, key: verifications.id, when: lt(verifications.expiresAt, used) },
    { table: messages, key: messages.id, when: lt(messages.endedAt, used) },
    { table: authorizationCodes, key: authorizationCodes.hash, when: lt(authorizationCodes.expiresAt, used) },
    { table: signInAttempts, key: signInAttempts.id, when: lt(signInAttempts.expiresAt, now) },
    { table: deviceRequests, key: deviceRequests.hash, when: lt(deviceRequests.expiresAt, used) },
    { table: usedAssertions, key: usedAssertions.hash, when: lt(usedAssertions.expiresAt, now) },
    { table: appSecrets, key: appSecrets.hash, when: lt(appSecrets.expiresAt, now) },
    { table: users, key: users.id, when: lt(users.closedAt, closed), size: 1 },
    { table: revocations, key: revocations.sessionId, when: and(lt(revocations.until, now), isNotNewest) },
  ];
  for (const { table, key, when, size = batchSize } of rules) {
    const purgeBatch = () =>
      transaction(async (write) => {
        const batch = write.select({ key }).from(table).where(when).limit(size);
        // The condition again: while this statement waited for a lock, the account may have been opened.
        return (
          await write
            .delete(table)
            .where(and(inArray(key, batch), when))
            .returning({ key })
        ).length;
      });
    while ((await purgeBatch()) === size);
  }
};
