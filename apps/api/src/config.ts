import { resolve } from 'node:path';
import { developmentSecret, developmentSecretFile } from './development-secret.ts';
import { isOwnAudience } from './keys/own-audience.ts';
import { isWellKnown } from './well-known-secrets.ts';

/** A setting that is wrong says so with what would be right; the reader adds the name. */
type Setting<Value> = {
  /** What stands in for it, as text, where it is unset; `undefined` where it may stay unset. */
  readonly whenUnset: (isProduction: boolean) => string | undefined;
  readonly read: (text: string) => Value;
};

class Fault extends Error {}

const setting = <Value>(
  whenUnset: string | undefined | Setting<Value>['whenUnset'],
  read: (text: string) => Value,
): Setting<Value> => ({ whenUnset: typeof whenUnset === 'function' ? whenUnset : () => whenUnset, read });

const oneOf =
  <const Choice extends string>(...choices: readonly Choice[]) =>
  (text: string): Choice => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new Fault(`is "${text}"; it can be ${choices.join(', ')}`);
    return choice;
  };

const integer =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new Fault(`is "${text}"; it must be a whole number from ${least} to ${most}`);
    }
    return value;
  };

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const durationInSeconds =
  (least: string, most: string) =>
  (text: string): number => {
    const seconds = parseDuration(text);
    const [minSeconds, maxSeconds] = [parseDuration(least), parseDuration(most)];
    if (!(seconds >= minSeconds && seconds <= maxSeconds)) {
      throw new Fault(`is "${text}"; it must be a time from ${least} to ${most}, written like 30s, 15m, 12h or 7d`);
    }
    return seconds;
  };

export const parseDuration = (text: string): number => {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return amount && unit ? Number(amount) * secondsIn[unit as keyof typeof secondsIn] : Number.NaN;
};

const originOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new Fault(`has "${text}"; it must be an origin such as https://accounts.example.com, without a path`);
  }
  return url.origin;
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const databaseUrl = (text: string): string => {
  if (/^file:.+/.test(text)) return text.startsWith('file:/') ? text : `file:${resolve(text.slice('file:'.length))}`;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Fault('must be file:<path> for SQLite or postgres://<user>:<password>@<host>:<port>/<database>');
};

const secret = (text: string): string => {
  const bytes = Buffer.byteLength(text);
  if (bytes < 32) throw new Fault(`has ${bytes} bytes; it needs at least 32. Make one with: openssl rand -hex 32`);
  return text;
};

const nameOfUser = (text: string): string => {
  if (/^[\w.-]+$/.test(text)) return text;
  throw new Fault(`has "${text}"; it must be user names, by comma, such as acme,acme-support`);
};

const audience = (text: string): string => {
  if (/^\S{1,200}$/.test(text)) return text;
  throw new Fault('must be one word, such as the name of this installation');
};

const settings = {
  NODE_ENV: setting('development', oneOf('development', 'production', 'test')),
  HOST: setting((isProduction) => (isProduction ? '0.0.0.0' : '127.0.0.1'), String),
  PORT: setting('3000', integer(0, 65_535)),
  PUBLIC_URL: setting((isProduction) => (isProduction ? undefined : 'http://localhost:5173'), originOf),
  DATABASE_URL: setting('file:./data/latchkey.db', databaseUrl),
  APP_SECRET: setting(undefined, secret),
  APP_SECRET_PREVIOUS: setting('', (text) => list(text).map(secret)),
  JWT_ALGORITHM: setting('RS256', oneOf('HS256', 'RS256', 'ES256')),
  JWT_SECRET: setting(undefined, secret),
  JWT_AUDIENCE: setting('latchkey', audience),
  ACCESS_TOKEN_TTL: setting('30m', durationInSeconds('1s', '1d')),
  REFRESH_TOKEN_TTL: setting('7d', durationInSeconds('1s', '365d')),
  SESSION_TTL: setting('90d', durationInSeconds('1s', '3650d')),
  CLOCK_TOLERANCE: setting('30s', durationInSeconds('0s', '5m')),
  PASSWORD_HASH: setting('bcrypt', oneOf('bcrypt', 'argon2id')),
  BCRYPT_COST: setting('12', integer(10, 15)),
  REGISTRATION: setting('open', oneOf('open', 'closed')),
  RESERVED_USERNAMES: setting('', (text) => list(text).map(nameOfUser)),
  TRUST_PROXY: setting('0', integer(0, 10)),
  CORS_ORIGINS: setting('', (text) => list(text).map(originOf)),
  RATE_LIMITS: setting('on', oneOf('on', 'off')),
  LOG_LEVEL: setting('info', oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent')),
};

type Settings = typeof settings;
type Values = { [Name in keyof Settings]?: ReturnType<Settings[Name]['read']> };

export const settingNames = Object.keys(settings);

/** Every fault of the environment, one line each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings are not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** The secret that development keeps in a file. A file that was cut short does not become an empty secret. */
const storedSecret = (): string => {
  try {
    return secret(developmentSecret().trim());
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new ConfigError([
      `${developmentSecretFile} ${error.message}. Restore the file, or delete it: the next start makes another, which does not open the signing keys of before.`,
    ]);
  }
};

/**
 * Reads all settings from the environment (docs: README, "Settings").
 * @throws ConfigError that lists every fault at once
 */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env) => {
  const isProduction = environment.NODE_ENV === 'production';
  const faults: string[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, { whenUnset, read }]) => {
      const text = environment[name] || whenUnset(isProduction);
      try {
        // A file that holds a setting often ends in a newline; no setting ends in one by intent.
        return [name, text === undefined ? undefined : read(text.trim())];
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        faults.push(`${name} ${error.message}.`);
        return [name, undefined];
      }
    }),
  ) as Values;
  const isWrong = (name: string): boolean => faults.some((fault) => fault.startsWith(`${name} `));

  if (isProduction) {
    if (values.PUBLIC_URL === undefined && !isWrong('PUBLIC_URL')) {
      faults.push(
        'PUBLIC_URL is missing; set it to the address that people see, such as https://accounts.example.com.',
      );
    }
    if (values.APP_SECRET === undefined && !isWrong('APP_SECRET')) {
      faults.push('APP_SECRET is missing; make one with: openssl rand -hex 32');
    }
    if (values.RATE_LIMITS === 'off') faults.push('RATE_LIMITS is "off"; it can be off only outside production.');
    for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS', 'JWT_SECRET'] as const) {
      if ([values[name] ?? []].flat().some(isWellKnown)) {
        faults.push(`${name} is too easy to guess; make another with: openssl rand -hex 32`);
      }
    }
  }
  for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS'] as const) {
    if (values.JWT_SECRET !== undefined && [values[name] ?? []].flat().includes(values.JWT_SECRET)) {
      faults.push(
        `JWT_SECRET is the same as ${name}; every service that knows JWT_SECRET could make refresh tokens. Make another with: openssl rand -hex 32`,
      );
    }
  }
  if (values.JWT_SECRET !== undefined && values.JWT_ALGORITHM !== 'HS256' && !isWrong('JWT_ALGORITHM')) {
    faults.push('JWT_SECRET is only for JWT_ALGORITHM=HS256; leave it out, or set JWT_ALGORITHM to HS256.');
  }
  if (values.PUBLIC_URL !== undefined && isOwnAudience(values.PUBLIC_URL, values.JWT_AUDIENCE ?? '')) {
    faults.push('JWT_AUDIENCE is reserved for other tokens of Latchkey; set it to a name, such as latchkey.');
  }
  if ((values.ACCESS_TOKEN_TTL ?? 0) > (values.SESSION_TTL ?? Number.POSITIVE_INFINITY)) {
    faults.push('ACCESS_TOKEN_TTL is longer than SESSION_TTL; an access token may not outlive its session.');
  }
  if (faults.length > 0) throw new ConfigError(faults);

  const whole = values as Required<Values>;
  const appSecret = values.APP_SECRET ?? storedSecret();
  return {
    isProduction,
    host: whole.HOST,
    port: whole.PORT,
    publicUrl: whole.PUBLIC_URL,
    databaseUrl: whole.DATABASE_URL,
    appSecrets: [appSecret, ...whole.APP_SECRET_PREVIOUS] as const,
    jwtAlgorithm: whole.JWT_ALGORITHM,
    jwtSecret: values.JWT_SECRET,
    jwtAudience: whole.JWT_AUDIENCE,
    accessTokenSeconds: whole.ACCESS_TOKEN_TTL,
    refreshTokenSeconds: whole.REFRESH_TOKEN_TTL,
    sessionSeconds: whole.SESSION_TTL,
    clockToleranceSeconds: whole.CLOCK_TOLERANCE,
    passwordHash: whole.PASSWORD_HASH,
    bcryptCost: whole.BCRYPT_COST,
    isRegistrationOpen: whole.REGISTRATION === 'open',
    reservedUsernames: whole.RESERVED_USERNAMES,
    trustedProxies: whole.TRUST_PROXY,
    hasRateLimits: whole.RATE_LIMITS === 'on',
    corsOrigins: whole.CORS_ORIGINS,
    logLevel: whole.LOG_LEVEL,
  };
};

export type Config = ReturnType<typeof readConfig>;

/** How long an access token can be taken after its making, in the eyes of a service whose clock is off. */
export const tokenSecondsOf = ({
  accessTokenSeconds,
  clockToleranceSeconds,
}: Pick<Config, 'accessTokenSeconds' | 'clockToleranceSeconds'>): number =>
  accessTokenSeconds + 2 * clockToleranceSeconds;
