import { type BetterAuthOptions, betterAuth, generateId } from 'better-auth';
import { hashPassword, makeSignature } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import BetterSqlite3 from 'better-sqlite3';

const weekMilliseconds = 7 * 86_400_000;
const manyRequests = 1_000_000_000;

/** better-auth configured for production as documented, for the server and for filling its tables. */
export const betterAuthOptions = (database: BetterSqlite3.Database, secret: string, baseURL: string) =>
  ({
    database,
    secret,
    baseURL,
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    // Enabled and counting by X-Forwarded-For, but never reached. Sign-in has a stricter rule, so it is listed.
    rateLimit: {
      enabled: true,
      window: 10,
      max: manyRequests,
      customRules: { '/sign-in/*': { window: 10, max: manyRequests } },
    },
    // Recommended for performance by its documentation: session and user in one statement.
    advanced: { database: { joins: true } },
  }) satisfies BetterAuthOptions;

export const openBetterAuth = (file: string): BetterSqlite3.Database => {
  const database = new BetterSqlite3(file);
  database.pragma('journal_mode = WAL');
  // As durable as Latchkey.
  database.pragma('synchronous = FULL');
  return database;
};

/**
 * Creates a database: tables created by better-auth, then users with this password, some with a session.
 * @returns the Cookie headers of the sessions, and the e-mail addresses of all users
 */
export const fillBetterAuth = async (
  file: string,
  users: number,
  sessions: number,
  secret: string,
  password: string,
): Promise<{ readonly cookies: string[]; readonly emails: string[] }> => {
  if (sessions > users) throw new Error(`${users} people cannot have ${sessions} sessions, one each`);
  const database = openBetterAuth(file);
  // Written before the measurement, so it need not be durable.
  database.pragma('synchronous = OFF');
  const options = betterAuthOptions(database, secret, 'http://127.0.0.1');
  await (await getMigrations(options)).runMigrations();

  const passwordHash = await hashPassword(password);
  const now = new Date();
  const [at, expiresAt] = [now.toISOString(), new Date(now.getTime() + weekMilliseconds).toISOString()];
  const people = Array.from({ length: users }, (_, number) => ({
    id: generateId(),
    email: `user${String(number).padStart(7, '0')}@example.com`,
    name: `Person ${number}`,
  }));
  const addUser = database.prepare(
    'INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt) VALUES (?, ?, ?, 0, ?, ?)',
  );
  const addAccount = database.prepare(
    `INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (?, ?, 'credential', ?, ?, ?, ?)`,
  );
  const addSession = database.prepare(
    `INSERT INTO session (id, token, userId, expiresAt, createdAt, updatedAt, ipAddress, userAgent) VALUES (?, ?, ?, ?, ?, ?, '127.0.0.1', 'bench/1')`,
  );
  // Spread over the table, one per user.
  const signedIn = Array.from({ length: sessions }, (_, number) => people[Math.floor((number * users) / sessions)]);
  const tokens: string[] = [];
  database.transaction(() => {
    for (const { id, name, email } of people) {
      addUser.run(id, name, email, at, at);
      addAccount.run(generateId(), id, id, passwordHash, at, at);
    }
    for (const person of signedIn) {
      const token = generateId(32);
      addSession.run(generateId(), token, person?.id, expiresAt, at, at);
      tokens.push(token);
    }
  })();

  const { authCookies } = await betterAuth(options).$context;
  const cookies = await Promise.all(
    tokens.map(
      async (token) =>
        `${authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${await makeSignature(token, secret)}`)}`,
    ),
  );
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return { cookies, emails: people.map(({ email }) => email) };
};
