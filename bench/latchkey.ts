import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { createRefreshTokens } from '../apps/api/src/sessions/refresh-token.ts';
import { type Program, startProgram } from './program.ts';

export const publicUrl = 'http://127.0.0.1';
const secret = randomBytes(32).toString('hex');
const dayMilliseconds = 86_400_000;

/** The settings that production requires. */
export const environmentOf = (databaseUrl: string): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PUBLIC_URL: publicUrl,
  APP_SECRET: secret,
  TRUST_PROXY: '1',
  DATABASE_URL: databaseUrl,
});

/** The Node options of `pnpm start`, without its .env files, which may be customized. */
const startOptions = (JSON.parse(readFileSync('package.json', 'utf8')).scripts.start as string)
  .split(' ')
  .filter((word) => word.startsWith('--') && !word.startsWith('--env-file'));

type Settings = { readonly settings?: NodeJS.ProcessEnv; readonly options?: readonly string[] };

/**
 * Starts the production build with production settings, with one trusted proxy, so that load can come from many
 * addresses.
 */
export const startLatchkey = (databaseUrl: string, { settings = {}, options = [] }: Settings = {}): Promise<Program> =>
  startProgram({
    file: 'apps/api/dist/main.js',
    readyPath: '/health/ready',
    options: [...startOptions, ...options],
    environment: { ...environmentOf(databaseUrl), ...settings },
  });

let addresses = 0;
/** A new address each time, so that no rate limit is reached. */
export const fromAnywhere = (): Record<string, string> => {
  addresses += 1;
  return { 'X-Forwarded-For': `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}` };
};

export const usernameOf = (number: number): string => `user${String(number).padStart(7, '0')}`;

type PasswordHashes = readonly [evenHash: string, oddHash: string];
type SessionRow = { readonly id: string };

/** The SQL that differs between the engines. */
type Dialect = {
  readonly numbers: (count: number) => string;
  readonly sevenDigits: string;
  readonly uuid: string;
  readonly instant: (date: Date) => string;
};
const sqlite: Dialect = {
  numbers: (count) =>
    `(WITH RECURSIVE counted(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM counted LIMIT ${count}) SELECT number FROM counted)`,
  sevenDigits: `printf('%07d', number)`,
  // Version 4: the API refuses an id that is not a UUID.
  uuid: `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`,
  instant: (date) => String(date.getTime()),
};
const postgres: Dialect = {
  numbers: (count) => `generate_series(0, ${count - 1}) AS counted(number)`,
  sevenDigits: `lpad(number::text, 7, '0')`,
  uuid: 'gen_random_uuid()',
  instant: (date) => `timestamptz '${date.toISOString()}'`,
};

/** Users with one session each; the two password hashes alternate. */
const fillings = (
  { numbers, sevenDigits, uuid, instant }: Dialect,
  users: number,
  [evenHash, oddHash]: PasswordHashes,
  { now, expiresAt }: { now: Date; expiresAt: Date },
): string[] => [
  `INSERT INTO users (id, username, username_folded, display_name, email, email_folded, role, metadata, created_at, updated_at)
     SELECT ${uuid}, name, name, 'Person ' || number, name || '@example.com', name || '@example.com',
       'user', '{"theme":"dark","cart":["tea","milk"]}', ${instant(now)}, ${instant(now)}
     FROM (SELECT number, 'user' || ${sevenDigits} AS name FROM ${numbers(users)}) AS named`,
  // User names end in their number.
  `INSERT INTO passwords (user_id, hash, updated_at)
     SELECT id, CASE WHEN substr(username, 11) IN ('0', '2', '4', '6', '8') THEN '${evenHash}' ELSE '${oddHash}' END, ${instant(now)}
     FROM users`,
  `INSERT INTO sessions (id, kind, user_id, authenticated_at, methods, generation, created_at, refreshed_at, expires_at, user_agent, address)
     SELECT ${uuid}, 'sign_in', id, ${instant(now)}, '["pwd"]', 1, ${instant(now)}, ${instant(now)}, ${instant(expiresAt)}, 'bench/1', '127.0.0.1' FROM users`,
];

const run = async (databaseUrl: string, statements: readonly string[], last: string): Promise<SessionRow[]> => {
  if (databaseUrl.startsWith('file:')) {
    const database = new BetterSqlite3(databaseUrl.slice('file:'.length));
    // Written before the measurement, so it need not be durable.
    database.pragma('synchronous = OFF');
    for (const statement of statements) database.exec(statement);
    const rows = database.prepare<[], SessionRow>(last).all();
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    return rows;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  for (const statement of [...statements, 'VACUUM ANALYZE']) await client.query(statement);
  const { rows } = await client.query<SessionRow>(last);
  await client.end();
  return rows;
};

/** A database, and unused refresh tokens of some of its sessions. */
export type Filled = { readonly databaseUrl: string; refreshTokens: string[] };

/**
 * Creates a database: tables and keys created by Latchkey, then users with one session each.
 * @returns the refresh tokens of some of these sessions, spread over the table
 */
export const fillLatchkey = async (
  databaseUrl: string,
  { users, sessions, passwordHashes }: { users: number; sessions: number; passwordHashes: PasswordHashes },
): Promise<Filled> => {
  await (await startLatchkey(databaseUrl)).stop();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 90 * dayMilliseconds);
  const dialect = databaseUrl.startsWith('file:') ? sqlite : postgres;
  const rows = await run(
    databaseUrl,
    fillings(dialect, users, passwordHashes, { now, expiresAt }),
    `SELECT id FROM sessions ORDER BY random() LIMIT ${sessions}`,
  );
  const tokens = createRefreshTokens({
    clock: () => now,
    issuer: publicUrl,
    appSecrets: [secret],
    idleSeconds: (7 * dayMilliseconds) / 1000,
    sessionSeconds: (90 * dayMilliseconds) / 1000,
    clockToleranceSeconds: 30,
  });
  return {
    databaseUrl,
    refreshTokens: rows.map(({ id }) => tokens.sign({ id, generation: 1, refreshedAt: now, expiresAt })),
  };
};

type Pair = { readonly access_token: string; readonly refresh_token: string };

/** Exchanges all refresh tokens at a server of this database. */
export const trade = async ({ base }: Program, data: Filled): Promise<Pair[]> => {
  const spent = data.refreshTokens;
  const pairs: Pair[] = [];
  const tradeNext = async (): Promise<void> => {
    for (let token = spent.pop(); token !== undefined; token = spent.pop()) {
      const answer = await fetch(`${base}/api/sessions/refresh`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
        body: JSON.stringify({ refresh_token: token }),
      });
      if (!answer.ok) throw new Error(`a refresh answered ${answer.status}: ${await answer.text()}`);
      pairs.push((await answer.json()) as Pair);
    }
  };
  await Promise.all(Array.from({ length: 16 }, tradeNext));
  data.refreshTokens = pairs.map(({ refresh_token }) => refresh_token);
  return pairs;
};
