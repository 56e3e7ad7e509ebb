import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from 'autocannon';
import { hashPassword } from '../apps/api/src/hashing/password-hash.ts';
import { fillBetterAuth } from './contenders/better-auth-data.ts';
import { type Filled, fillLatchkey, fromAnywhere, publicUrl, startLatchkey, trade, usernameOf } from './latchkey.ts';
import { type Load, press } from './load.ts';
import { type Program, startProgram } from './program.ts';

/** Data and servers that the parts share, created on first use. */
const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const people = 100_000;
/** The number of sessions in rotation, each within its rate limits. */
const sessions = 2_000;
export const connections = 32;
export const password = 'seven purple kettles';

const folder = once(() => {
  const made = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  // A million users take a gigabyte.
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
});
export const fileIn = (name: string): string => join(folder(), name);

const passwordHashes = once(async () => {
  const [bcrypt, argon2id] = await Promise.all(
    (['bcrypt', 'argon2id'] as const).map((kind) => hashPassword(password, { kind, bcryptCost: 12 })),
  );
  return [bcrypt ?? '', argon2id ?? ''] as const;
});

export const fill = async (databaseUrl: string, users: number): Promise<Filled> =>
  fillLatchkey(databaseUrl, { users, sessions, passwordHashes: await passwordHashes() });

/** 100,000 users in SQLite: even numbers have a bcrypt hash, odd numbers an argon2id hash. */
export const latchkeyData = once(() => fill(`file:${fileIn('latchkey.db')}`, people));

const betterAuthSecret = 'c7b1f5d2a8e94c60b3d7e1f8a2c4b6d9';
const betterAuthFile = once(() => fileIn('better-auth.db'));
const betterAuthData = once(() => fillBetterAuth(betterAuthFile(), people, sessions, betterAuthSecret, password));

/** The requests of one connection. Connections use separate sessions if there are enough. */
export const shared = (requests: readonly Request[]) => (connection: number) =>
  requests.length < connections ? [...requests] : requests.filter((_, index) => index % connections === connection);

const reads = (path: string, headers: readonly Record<string, string>[]): Request[] =>
  headers.map((one) => ({ method: 'GET', path, headers: one }));

/** Reads profiles for three seconds, over 32 connections. */
export const readProfiles = ({ base, requests }: Reader, warmSeconds: number): Promise<Load> =>
  press({ base, connections, warmSeconds, seconds: 3, requestsOf: shared(requests) });

/** An answer with status 200 may still contain no user. */
const asked = async (reader: Reader): Promise<Reader> => {
  const [{ path = '', headers = {} } = {}] = reader.requests;
  const answer = await fetch(reader.base + path, { headers: headers as Record<string, string> });
  const body = await answer.text();
  if (!body.includes('@example.com'))
    throw new Error(`${reader.base}${path} gave no profile: ${answer.status} ${body}`);
  return reader;
};

/** A contender that serves profile reads. */
export type Reader = Program & { readonly requests: readonly Request[] };

export const latchkeyReader = async (
  data: Filled,
  start: Parameters<typeof startLatchkey>[1] = {},
): Promise<Reader> => {
  const program = await startLatchkey(data.databaseUrl, start);
  const pairs = await trade(program, data);
  const headers = pairs.map(({ access_token }) => ({ Authorization: `Bearer ${access_token}` }));
  return asked({ ...program, requests: reads('/api/accounts/me', headers) });
};

export const betterAuthReader = async (): Promise<Reader> => {
  const { cookies } = await betterAuthData();
  const program = await startProgram({
    file: 'bench/contenders/better-auth.ts',
    readyPath: '/api/auth/ok',
    environment: { DATABASE_FILE: betterAuthFile(), SECRET: betterAuthSecret },
  });
  // One address: its rate limiter scans every address that it remembers.
  const headers = cookies.map((Cookie) => ({ Cookie, 'X-Forwarded-For': '10.0.0.1' }));
  return asked({ ...program, requests: reads('/api/auth/get-session', headers) });
};

/** Reads the same rows as Latchkey, with its tokens. */
export const fastifyReader = async (latchkey: Reader, data: Filled): Promise<Reader> => {
  const program = await startProgram({
    file: 'bench/contenders/fastify-jwt.ts',
    readyPath: '/ok',
    environment: {
      DATABASE_FILE: data.databaseUrl.slice('file:'.length),
      JWKS: await (await fetch(`${latchkey.base}/.well-known/jwks.json`)).text(),
      ISSUER: publicUrl,
    },
  });
  return asked({ ...program, requests: latchkey.requests.map((request) => ({ ...request, path: '/profile' })) });
};

export const expressReader = async (): Promise<Reader> => ({
  ...(await startProgram({ file: 'bench/contenders/express.js', readyPath: '/profile' })),
  requests: reads('/profile', [{}]),
});

export const nodeReader = async (): Promise<Reader> => ({
  ...(await startProgram({ file: 'bench/contenders/node-http.js', readyPath: '/profile' })),
  requests: reads('/profile', [{}]),
});

/** Another user each time, from another address. */
const signIns = (path: string, credentialsOf: (turn: number) => object): Request[] => {
  let turn = 0;
  return [
    {
      method: 'POST',
      path,
      setupRequest: (request) => ({
        ...request,
        headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
        body: JSON.stringify(credentialsOf(turn++)),
      }),
    },
  ];
};

/** Sign-ins to Latchkey by users with this kind of hash. */
export const latchkeySignIns = (kind: 'bcrypt' | 'argon2id'): Request[] =>
  signIns('/api/sessions/login', (turn) => ({
    username: usernameOf(((turn * 2) % people) + (kind === 'bcrypt' ? 0 : 1)),
    password,
  }));

export const betterAuthSignIns = async (): Promise<Request[]> => {
  const { emails } = await betterAuthData();
  return signIns('/api/auth/sign-in/email', (turn) => ({ email: emails[turn % people], password }));
};
