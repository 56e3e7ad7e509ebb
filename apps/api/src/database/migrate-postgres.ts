import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { DatabaseStartError } from './database.ts';
import { checkMigration, type MigrationScope, migrationsFolder, type SchemaVersion } from './migrations.ts';

/** What to change, by the code or the text of the error. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/^28P01$/, 'The password in DATABASE_URL is wrong.'],
  [/^28000$/, 'The user may not connect from here; check the user in DATABASE_URL and pg_hba.conf.'],
  [/^3D000$/, 'Create the database, such as with createdb.'],
  [/^42501$/, 'The user may not create tables; grant it CREATE on the schema public.'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/,
    'Its certificate is not trusted; add sslrootcert=<file of the CA> to DATABASE_URL.',
  ],
  [/ALTNAME_INVALID/, 'Its certificate is for another host; use the name in the certificate in DATABASE_URL.'],
  [/CERT_HAS_EXPIRED/, 'Its certificate has expired.'],
  [/does not support SSL/, 'It has no TLS; turn on ssl there, or remove sslmode from DATABASE_URL.'],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT)$/,
    'No PostgreSQL answers there; start it, or check the host and port in DATABASE_URL.',
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'The host name in DATABASE_URL is unknown.'],
];

const adviceFor = (error: unknown): string => {
  const { code, message, cause } = Object(error) as { code?: unknown; message?: unknown; cause?: unknown };
  const found = advice.find(([pattern]) => pattern.test(String(code)) || pattern.test(String(message)));
  if (found) return found[1];
  return cause === undefined ? 'Check DATABASE_URL.' : adviceFor(cause);
};

/** Any number that no other program locks in the same database. */
export const migrationLock = 0x1a7c4;

/** Names the database without the password. */
const nameOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${pathname.slice(1)} on ${hostname}:${port || 5432}`;
};

export const settingsOf = (url: string, waitMilliseconds = 5_000) => ({
  connectionString: url,
  connectionTimeoutMillis: waitMilliseconds,
  query_timeout: Math.max(30_000, waitMilliseconds),
});

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

/** The time stamp of the newest migration that was applied; 0 for a new database. */
export const appliedOnPostgres = async (client: pg.Client): Promise<number> => {
  const known = await client.query(`SELECT to_regclass('drizzle.__drizzle_migrations') AS found`);
  if (!known.rows[0]?.found) return 0;
  const applied = await client.query('SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations');
  return Number(applied.rows[0]?.last ?? 0);
};

const versionOnPostgres = async (client: pg.Client): Promise<SchemaVersion> => {
  const applied = await appliedOnPostgres(client);
  const hasMarks = (await client.query(`SELECT to_regclass('marks') AS found`)).rows[0]?.found;
  const mark =
    hasMarks &&
    (await client.query(`SELECT extract(epoch FROM at) * 1000 AS at FROM marks WHERE name = 'compatible since'`))
      .rows[0];
  return { applied, compatibleSince: Number(mark?.at ?? applied) };
};

/** One process migrates at a time, on a separate connection without a time limit for statements. */
const migrateOnce = async (url: string, scope: MigrationScope, onNotice: Notify): Promise<void> => {
  const client = new pg.Client({ ...settingsOf(url), query_timeout: undefined });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('BEGIN');
    await lockMigrations(client, url, onNotice);
    checkMigration(await versionOnPostgres(client), 'postgres', scope, nameOf(url));
    // drizzle's BEGIN has no effect in our transaction, and its COMMIT releases the lock.
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder('postgres') });
  } finally {
    await client.end();
  }
};

export const migratePostgres = async (url: string, scope: MigrationScope, onNotice: Notify): Promise<void> => {
  try {
    await migrateOnce(url, scope, onNotice);
  } catch (error) {
    if (error instanceof DatabaseStartError) throw error;
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    const reason = cause instanceof Error ? cause.message : message;
    throw new DatabaseStartError(
      `The PostgreSQL database ${nameOf(url)} cannot be opened (${reason}). ${adviceFor(error)}`,
      error,
    );
  }
};
