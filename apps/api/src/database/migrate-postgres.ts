import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { DatabaseStartError } from './database.ts';
import { latestMigration, migrationsFolder } from './migrations.ts';

/** Any number that no other program locks in the same database. */
export const migrationLock = 0x1a7c4;

/** Names the database without the password. */
export const nameOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${pathname.slice(1)} on ${hostname}:${port || 5432}`;
};

export type Notify = (sentence: string) => void;

/**
 * Locks out other migrating processes until the transaction ends. It polls, so that it can report that it waits. A session's
 * lock would stay with a pooler; this one belongs to the transaction.
 */
const lockMigrations = async (client: pg.Client, url: string, onNotice: Notify): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS locked', [migrationLock]);
    if (rows[0]?.locked) return;
    if (attempt === 1) {
      onNotice(`Another process is migrating the PostgreSQL database ${nameOf(url)}. Waiting until it is done.`);
    }
    await sleep(100);
  }
};

/** One process migrates at a time, on a separate connection without a time limit for statements. */
export const migratePostgres = async (url: string, settings: pg.ClientConfig, onNotice: Notify): Promise<void> => {
  const client = new pg.Client({ ...settings, query_timeout: undefined });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('BEGIN');
    await lockMigrations(client, url, onNotice);
    const known = await client.query(`SELECT to_regclass('drizzle.__drizzle_migrations') AS found`);
    const applied = known.rows[0]?.found
      ? await client.query('SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations')
      : undefined;
    if (Number(applied?.rows[0]?.last) > latestMigration('postgres')) {
      throw new DatabaseStartError(
        'The PostgreSQL database was written by a newer Latchkey; start that version, or use another DATABASE_URL. Nothing was changed.',
      );
    }
    // drizzle's BEGIN has no effect in our transaction, and its COMMIT releases the lock.
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder('postgres') });
  } finally {
    await client.end();
  }
};
