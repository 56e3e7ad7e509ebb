import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import pino from 'pino';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Account } from '../src/accounts/account-store.ts';
import { createApp } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open.ts';
import { listen } from '../src/http/listen.ts';
import type { LocalLimiter } from '../src/limits/local-limiter.ts';
import { createServices } from '../src/services.ts';
import { type Engine, engines } from './engines.ts';
import { createHoldableHasher } from './hashing.ts';
import type { Time } from './time.ts';

export const publicUrl = 'http://localhost:5173';
export const appSecret = 'a1f0c3e5b7d9826447aa11bb22cc33dd';

/** The password of everyone, and its hash at the lowest cost, from Python's passlib 1.7.4 (Debian, python3-passlib). */
export const password = 'correct horse battery';
export const passwordHash = '$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$sdaH9o5Z84fpZ4acDZMFsWtiWArL1yu';

export const freshName = (): string => `person-${randomUUID().slice(0, 13)}`;

/** A clock that stands still until it is turned. */
const createTurnableClock = () => {
  let now = Date.now();
  return {
    now: () => new Date(now),
    turn(seconds: number): void {
      now += seconds * 1000;
    },
  };
};

type Options = {
  /** Settings as in the environment; the rest is as shipped, but for bcrypt's lowest cost, at which a hash takes a millisecond. */
  readonly settings?: Record<string, string>;
  /** Where it listens, for when its PUBLIC_URL must lead there; else any free port. */
  readonly port?: number;
  /** An existing database, to start a second process on it. */
  readonly databaseUrl?: string;
  /** Is told what the database tells the operator. */
  readonly onNotice?: (sentence: string) => void;
  /** The clock of an earlier start. */
  readonly clock?: ReturnType<typeof createTurnableClock>;
  /** What it sleeps by. Default: the real time. */
  readonly time?: Time;
};

/** The cost of every Latchkey here. It is below all that may be set. */
export const hasty = { BCRYPT_COST: '4' };

const configOf = ({ BCRYPT_COST = hasty.BCRYPT_COST, ...settings }: Record<string, string>, url: string): Config => ({
  ...readConfig({ APP_SECRET: appSecret, PUBLIC_URL: publicUrl, RATE_LIMITS: 'off', DATABASE_URL: url, ...settings }),
  bcryptCost: Number(BCRYPT_COST),
});

const startOnce = async (engine: Engine, settings: Record<string, string>): Promise<string> => {
  const url = await engine.freshUrl();
  const database = await openDatabase(url);
  await createServices(configOf(settings, url), database, () => new Date()).keys.reload();
  await database.close();
  return url;
};

/** By engine and by the settings that are about keys, a database that has its tables and its first signing key. */
const startedBefore = new Map<string, Promise<string>>();
/** A database that no other test knows: a copy of one that was started before, which takes less than a first start. */
const newDatabase = async (engine: Engine, settings: Record<string, string>): Promise<string> => {
  const aboutKeys = Object.fromEntries(
    Object.entries(settings).filter(([name]) => /^(JWT|ACCESS|APP_SECRET)/.test(name)),
  );
  const kind = `${engine.name} ${JSON.stringify(aboutKeys)}`;
  const template = startedBefore.get(kind) ?? startOnce(engine, aboutKeys);
  startedBefore.set(kind, template);
  return engine.copyOf(await template);
};

const open = async (engine: Engine, { settings = {}, port = 0, databaseUrl, clock, time, onNotice }: Options = {}) => {
  const url = databaseUrl ?? (await newDatabase(engine, settings));
  // Later than the first key that is in there: it signs from the moment when it was made.
  const turnable = clock ?? createTurnableClock();
  const config = configOf(settings, url);
  const statements: string[] = [];
  const logLines: string[] = [];
  const logger = pino({ level: config.logLevel, base: null }, { write: (line) => void logLines.push(line) });
  const onQuery = (sql: string): void => {
    statements.push(sql);
    logger.trace({ sql });
  };
  const database = await openDatabase(url, onQuery, onNotice);
  const { passwords, beforeNextComparison } = createHoldableHasher(config);
  const timing = { passwords, ...(time && { sleep: time.sleep }) };
  const services = createServices(config, database, turnable.now, timing);
  const { accounts, passwordStore, sessions, revocationFeed, record, keys, accessTokens, refreshTokens } = services;
  await keys.reload().catch(async (error) => {
    await database.close();
    throw error;
  });
  const counted: Parameters<LocalLimiter>[] = [];
  const localLimit: LocalLimiter = (...count) => {
    counted.push(count);
    services.localLimit(...count);
  };
  const server = await listen(createApp(config, { ...services, localLimit }, logger), '127.0.0.1', port);

  // Whatever is sent, no answer is a fault, unless a test brought one about.
  let isBroken = false;
  const faults: string[] = [];
  server.on('request', ({ method, url }, response) =>
    response.once('close', () => {
      if (response.statusCode >= 500 && !isBroken) faults.push(`${response.statusCode} for ${method} ${url}`);
    }),
  );

  let closed: Promise<void> | undefined;
  const closeDatabase = (): Promise<void> => {
    isBroken = true;
    closed ??= database.close();
    return closed;
  };
  const stop = async (): Promise<void> => {
    revocationFeed.close();
    server.close();
    server.closeAllConnections();
    await passwords.close();
    await closeDatabase();
    expect(faults).toEqual([]);
  };

  const http = supertest(server);
  const openSessionOf = async (userId: string) => {
    const user = await accounts.findById(userId);
    if (!user) throw new Error('nobody has this id');
    const session = await database.transaction((write) =>
      services.openSession(write, userId, { kind: 'sign_in', methods: ['pwd'] }),
    );
    return {
      session,
      access_token: await accessTokens.sign({ user, session }, turnable.now()),
      refresh_token: refreshTokens.sign(session),
    };
  };

  const person = async ({ hash = passwordHash, ...given }: Partial<Account> & { readonly hash?: string } = {}) => {
    const now = turnable.now();
    const account = {
      ...newcomer,
      id: randomUUID(),
      username: freshName(),
      createdAt: now,
      updatedAt: now,
      ...given,
    };
    await database.transaction(async (write) => {
      await accounts.insert(write, account);
      await passwordStore.insert(write, { userId: account.id, hash, updatedAt: now });
      await record(write, { userId: account.id, kind: 'registered' });
    });
    return { id: account.id, username: account.username, ...(await openSessionOf(account.id)) };
  };
  const credentials = async () => ({ username: (await person()).username, password });

  return {
    config,
    database,
    databaseUrl: url,
    settings,
    /** From now on an answer may be a fault: the test brings one about. */
    breaks: (): void => {
      isBroken = true;
    },
    /** Takes the database away underneath. */
    closeDatabase,
    clock: turnable,
    accounts,
    sessions,
    /** The very services that the server uses. */
    services,
    /** Every log line so far, as written. */
    logLines,
    /** Settles when the next request has got so far that its body is read. */
    bodyAwaited: (): Promise<void> =>
      new Promise((resolve) => void server.once('request', (request) => request.once('resume', resolve))),
    /** Sends a request, then counts as if it came again and again, until so many are left of what it counts against. */
    async spendLocally(request: () => PromiseLike<unknown>, left: number): Promise<void> {
      const before = counted.length;
      await request();
      for (const [rate, name] of counted.slice(before)) {
        for (let spent = 1; spent < rate.most - left; spent++) services.localLimit(rate, name);
      }
    },
    /** The text of every statement so far. */
    statements,
    beforeNextComparison,
    http,
    port: (server.address() as AddressInfo).port,
    me: (token: string) => http.get('/api/accounts/me').set(...bearer(token)),
    stop,

    /** Somebody who is signed in. Put into the database directly: a hash less to wait for. */
    person,
    /** What somebody signs in with. */
    credentials,
    /** The answer to a sign-in of somebody: its token is signed by the key that signs now. */
    login: async () =>
      (
        await http
          .post('/api/sessions/login')
          .send(await credentials())
          .expect(200)
      ).body,
    /** What a running process does from time to time. */
    jobs: services.jobs,
    reloadKeys: keys.reload,
    /** A session as it stands in the database; nothing where it is gone. */
    sessionOf: async (id: string) => (await sessions.findWithUser(id))?.session,
    /** Signs the same person in once more, elsewhere. */
    openSessionOf,
    disable: (id: string) =>
      database.transaction(async (write) => {
        const { users } = database.tables;
        await write.update(users).set({ disabledAt: turnable.now() }).where(eq(users.id, id));
      }),
  };
};

const newcomer = {
  displayName: null,
  email: null,
  emailVerifiedAt: null,
  role: 'user',
  metadata: {},
  disabledAt: null,
} as const;

export type Latchkey = Awaited<ReturnType<typeof open>>;

/** The whole of Latchkey on a fresh database, until the test that started it is over. `http` speaks to it (supertest). */
export const startLatchkey = async (engine: Engine, options: Options = {}): Promise<Latchkey> => {
  const latchkey = await open(engine, options);
  onTestFinished(latchkey.stop);
  return latchkey;
};

/** Another process with the same settings, on the same database and at the same time. */
export const restart = ({ settings, databaseUrl, clock }: Latchkey): Promise<Latchkey> =>
  // An engine is asked for a database of one's own only.
  startLatchkey(engines[0], { settings, databaseUrl, clock });

/** One Latchkey for all tests of a `describe`, where they do not disturb each other. Call the result inside a test. */
export const shareLatchkey = (engine: Engine, options: Options = {}): (() => Latchkey) => {
  let latchkey: Latchkey | undefined;
  beforeAll(async () => {
    latchkey = await open(engine, options);
  });
  afterAll(() => latchkey?.stop());
  return () => {
    if (!latchkey) throw new Error('not started yet');
    return latchkey;
  };
};

export const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];

/** The headers of a call from our own page. */
export const fromOwnPage = { Origin: publicUrl };
