import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import pino from 'pino';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import type { VerificationKind } from '../src/database/schema.ts';
import type { LocalLimiter } from '../src/limits/local-limiter.ts';
import { createServices, type Services } from '../src/services.ts';
import { type Engine, engines } from './engines.ts';
import { createHoldableHasher } from './hashing.ts';
import { launch, publicUrl, testConfig } from './launch.ts';
import { createPeople, password } from './people.ts';
import type { Time } from './time.ts';

export { appSecret, publicUrl } from './launch.ts';
export { freshName, password, passwordHash } from './people.ts';

/** A clock that moves only when a test turns it. */
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
  /** Settings, as in the environment. The others have their defaults, except the lowest bcrypt cost: a millisecond a hash. */
  readonly settings?: Record<string, string>;
  /** The port, if PUBLIC_URL must lead to it. Default: any free port. */
  readonly port?: number;
  /** An existing database, for a second process. */
  readonly databaseUrl?: string;
  /** Receives the notices of the database for the operator. */
  readonly onNotice?: (sentence: string) => void;
  /** The clock of an earlier start. */
  readonly clock?: ReturnType<typeof createTurnableClock>;
  /** The time for `sleep`. Default: the real time. */
  readonly time?: Time;
  /** How many Latchkeys serve the requests in turn, as processes do; 1 for a test about what one of them remembers. */
  readonly processes?: number;
};

const startOnce = async (engine: Engine, settings: Record<string, string>): Promise<string> => {
  const url = await engine.freshUrl();
  const database = await openDatabase(url);
  await createServices(testConfig(settings), database, () => new Date()).keys.reload();
  await database.close();
  return url;
};

/** Databases with their tables and first signing key, by the settings that affect keys. */
const startedBefore = new WeakMap<Engine, Map<string, Promise<string>>>();
/** A new database for one test: a copy of a started one, which is faster than a first start. */
const newDatabase = async (engine: Engine, settings: Record<string, string>): Promise<string> => {
  const aboutKeys = Object.fromEntries(
    Object.entries(settings).filter(([name]) => /^(JWT|ACCESS|APP_SECRET)/.test(name)),
  );
  const kind = JSON.stringify(aboutKeys);
  const templates = startedBefore.get(engine) ?? new Map<string, Promise<string>>();
  const template = templates.get(kind) ?? startOnce(engine, aboutKeys);
  startedBefore.set(engine, templates.set(kind, template));
  return engine.copyOf(await template);
};

/** Set by `pnpm steady --processes`. */
const processesOfTests = Number(process.env.TEST_PROCESSES ?? 1);

/** The first server passes each request to the next one. */
const takeTurns = (servers: readonly Server[]): void => {
  const [first] = servers;
  const handlers = servers.map((server) => server.listeners('request')[0] as RequestListener);
  let turn = 0;
  first?.removeAllListeners('request').on('request', (request, response) => {
    handlers[turn++ % handlers.length]?.(request, response);
  });
};

const open = async (
  engine: Engine,
  { settings = {}, port = 0, databaseUrl, clock, time, onNotice, processes = processesOfTests }: Options = {},
) => {
  const url = databaseUrl ?? (await newDatabase(engine, settings));
  // Created after the database, so that its first key is already active.
  const turnable = clock ?? createTurnableClock();
  const config = testConfig({ ...settings, DATABASE_URL: url });
  const statements: string[] = [];
  const logLines: string[] = [];
  const logger = pino({ level: config.logLevel, base: null }, { write: (line) => void logLines.push(line) });
  const onQuery = (sql: string): void => {
    statements.push(sql);
    logger.trace({ sql });
  };
  const { hasher, beforeNextComparison } = createHoldableHasher(config);
  const counted: { readonly by: Services; readonly count: Parameters<LocalLimiter> }[] = [];
  const localLimit =
    (services: Services): LocalLimiter =>
    (...count) => {
      counted.push({ by: services, count });
      services.localLimit(...count);
    };
  const start = (at: number) =>
    launch(config, {
      clock: turnable.now,
      hasher,
      logger,
      port: at,
      onQuery,
      ...(time && { sleep: time.sleep }),
      ...(onNotice && { onNotice }),
      wrap: (services) => ({ localLimit: localLimit(services) }),
    });
  const first = await start(port);
  const all = [first, ...(await Promise.all(Array.from({ length: processes - 1 }, () => start(0))))];
  const { database, services, server } = first;
  takeTurns(all.map((one) => one.server));
  const { accounts, sessions } = services;

  // No request may cause an internal error, unless the test provokes one.
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
    closed ??= Promise.all(all.map((one) => one.database.close())).then(() => {});
    return closed;
  };
  const stop = async (): Promise<void> => {
    for (const one of all) await one.close();
    await closeDatabase();
    expect(faults).toEqual([]);
  };

  const http = supertest(server);
  const { person, openSessionOf } = createPeople(services);
  const credentials = async () => ({ username: (await person()).username, password });

  return {
    config,
    database,
    databaseUrl: url,
    settings,
    /** Allows internal errors, because the test provokes one. */
    breaks: (): void => {
      isBroken = true;
    },
    /** Closes the database while the server runs. */
    closeDatabase,
    clock: turnable,
    accounts,
    sessions,
    /** How many serve the requests in turn. */
    processes,
    /** The services of the first of them. */
    services,
    /** Every log line so far, as written. */
    logLines,
    /** Resolves when the server starts to read the body of the next request. */
    bodyAwaited: (): Promise<void> =>
      new Promise((resolve) => void server.once('request', (request) => request.once('resume', resolve))),
    /** Sends a request, then counts it repeatedly until its local rates have `left` calls left. */
    async consumeLocally(request: () => PromiseLike<unknown>, left: number): Promise<void> {
      const before = counted.length;
      await request();
      for (const { by, count } of counted.slice(before)) {
        const [rate] = count;
        for (const { services: one } of all) {
          // The process that served the request has counted it.
          for (let calls = one === by ? 1 : 0; calls < rate.limit - left; calls++) one.localLimit(...count);
        }
      }
    },
    /** The text of every statement so far. */
    statements,
    beforeNextComparison,
    http,
    port: (server.address() as AddressInfo).port,
    me: (token: string) => http.get('/api/accounts/me').set(...bearer(token)),
    stop,

    /** A signed-in user, inserted directly to save the time of a hash. */
    person,
    /** The credentials of a new user. */
    credentials,
    /** The answer to a sign-in of a new user. The active key signs its token. */
    login: async () =>
      (
        await http
          .post('/api/sessions/login')
          .send(await credentials())
          .expect(200)
      ).body,
    /** The token of a link in a message to the user, who has this address unverified. */
    async linkTo({ id: userId }: { readonly id: string }, kind: VerificationKind): Promise<string> {
      const email = `${userId}@example.com`;
      const now = turnable.now();
      const verification = await database.transaction(async (write) => {
        await accounts.update(write, userId, { email }, now);
        return services.verifications.open(write, { kind, userId, email }, now);
      });
      return services.verificationTokens.issue(verification);
    },
    /** The periodic jobs of a server. */
    jobs: services.jobs,
    reloadKeys: async () => void (await Promise.all(all.map((one) => one.services.keys.reload()))),
    /** The session in the database; `undefined` if it is gone. */
    sessionOf: async (id: string) => (await sessions.findWithUser(id))?.session,
    /** Opens another session for the user. */
    openSessionOf,
    disable: (id: string) =>
      database.transaction(async (write) => {
        const { users } = database.tables;
        await write.update(users).set({ disabledAt: turnable.now() }).where(eq(users.id, id));
      }),
  };
};

export type Latchkey = Awaited<ReturnType<typeof open>>;

/** Starts Latchkey on a new database, until the test ends. `http` sends requests to it (supertest). */
export const startLatchkey = async (engine: Engine, options: Options = {}): Promise<Latchkey> => {
  const latchkey = await open(engine, options);
  onTestFinished(latchkey.stop);
  return latchkey;
};

/** Starts another Latchkey with the same settings, database and clock. */
export const restart = ({ settings, databaseUrl, clock, processes }: Latchkey): Promise<Latchkey> =>
  // The engine matters only for a new database.
  startLatchkey(engines[0], { settings, databaseUrl, clock, processes });

/** One Latchkey for all tests of a `describe` that do not affect each other. Call the result inside a test. */
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

/** The headers of a request from our own page. */
export const fromOwnPage = { Origin: publicUrl };
