import { randomUUID } from 'node:crypto';
import pino from 'pino';
import supertest from 'supertest';
import { onTestFinished } from 'vitest';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open.ts';
import type { Engine } from './engines.ts';

export const publicUrl = 'http://localhost:5173';

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
  /** Settings as in the environment; the rest is as shipped, but for the cheapest bcrypt. */
  readonly settings?: Record<string, string>;
  /** An existing database, to start a second process on it. */
  readonly databaseUrl?: string;
  /** The clock of an earlier start. */
  readonly clock?: ReturnType<typeof createTurnableClock>;
};

/**
 * The whole of Latchkey on a fresh database, without a port: `http` speaks to it (supertest). It is closed when the
 * test that started it is over.
 */
export const startLatchkey = async (engine: Engine, { settings = {}, databaseUrl, clock }: Options = {}) => {
  const turnable = clock ?? createTurnableClock();
  const url = databaseUrl ?? (await engine.freshUrl());
  const config = readConfig({
    APP_SECRET: 'a1f0c3e5b7d9826447aa11bb22cc33dd',
    PUBLIC_URL: publicUrl,
    BCRYPT_COST: '10',
    DATABASE_URL: url,
    ...settings,
  });
  const statements: string[] = [];
  const logLines: string[] = [];
  const logger = pino({ level: config.logLevel, base: null }, { write: (line) => void logLines.push(line) });
  const database = await openDatabase(url, (sql) => void statements.push(sql));
  const { app, close } = await createApp(config, database, logger, turnable.now);
  const stop = async (): Promise<void> => {
    await close();
    await database.close();
  };
  onTestFinished(stop);

  const http = supertest(app);
  return {
    app,
    config,
    database,
    databaseUrl: url,
    clock: turnable,
    /** Every log line so far, as written. */
    logLines,
    /** The text of every statement so far. */
    statements,
    http,
    /** Registers a new person and gives what they were answered, with their password. */
    async person({ username = `person-${randomUUID().slice(0, 8)}`, password = 'correct horse battery' } = {}) {
      const answer = await http.post('/api/accounts/register').send({ username, password }).expect(201);
      return { username, password, ...answer.body } as {
        username: string;
        password: string;
        access_token: string;
        refresh_token: string;
        user: { id: string };
      };
    },
  };
};

export const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];
