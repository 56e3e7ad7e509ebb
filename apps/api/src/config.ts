import { resolve } from 'node:path';
import { developmentSecret, developmentSecretFile } from './development-secret.ts';
import { isOwnAudience } from './keys/own-audience.ts';
import { OperatorError } from './operator-error.ts';
import { isWellKnown } from './well-known-secrets.ts';

/** `read` throws a Fault that says what is allowed; `readConfig` adds the name of the setting. */
type Setting<Value> = {
  /** The default, as text; `undefined` if the setting may stay unset. */
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
    if (choice === undefined) throw new Fault(`is "${text}"; it must be one of ${choices.join(', ')}`);
    return choice;
  };

const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new Fault(`is "${text}"; it must be a whole number from ${min} to ${max}`);
    }
    return value;
  };

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const durationInSeconds =
  (min: string, max: string) =>
  (text: string): number => {
    const seconds = parseDuration(text);
    const [minSeconds, maxSeconds] = [parseDuration(min), parseDuration(max)];
    if (!(seconds >= minSeconds && seconds <= maxSeconds)) {
      throw new Fault(`is "${text}"; it must be a duration from ${min} to ${max}, such as 30s, 15m, 12h or 7d`);
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
  if (bytes < 32) throw new Fault(`has ${bytes} bytes; it needs at least 32. Create one with: openssl rand -hex 32`);
  return text;
};

const nameOfUser = (text: string): string => {
  if (/^[\w.-]+$/.test(text)) return text;
  throw new Fault(`has "${text}"; it must be a comma-separated list of user names, such as acme,acme-support`);
};

const audience = (text: string): string => {
  if (/^\S{1,200}$/.test(text)) return text;
  throw new Fault('must be 1 to 200 characters without spaces, such as latchkey');
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

/** Lists every invalid setting, one per line. */
export class ConfigError extends OperatorError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Invalid configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** The secret that development keeps in a file. A truncated file is refused, not read as a short secret. */
const storedSecret = (): string => {
  try {
    return secret(developmentSecret().trim());
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new ConfigError([
      `${developmentSecretFile} ${error.message}. Restore the file, or delete it: the next start creates a new secret, which cannot decrypt the existing signing keys.`,
    ]);
  }
};

/**
 * Reads all settings from the environment (README, "Settings").
 * @throws ConfigError that lists every invalid setting
 */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env) => {
  const isProduction = environment.NODE_ENV === 'production';
  const faults: string[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, { whenUnset, read }]) => {
      const text = environment[name] || whenUnset(isProduction);
      try {
        // A setting that comes from a file often ends in a newline.
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
      faults.push('PUBLIC_URL is missing; set it to the public origin, such as https://accounts.example.com.');
    }
    if (values.APP_SECRET === undefined && !isWrong('APP_SECRET')) {
      faults.push('APP_SECRET is missing; create one with: openssl rand -hex 32');
    }
    if (values.RATE_LIMITS === 'off') faults.push('RATE_LIMITS is "off"; production requires "on".');
    for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS', 'JWT_SECRET'] as const) {
      if ([values[name] ?? []].flat().some(isWellKnown)) {
        faults.push(`${name} is too easy to guess; create another with: openssl rand -hex 32`);
      }
    }
  }
  for (const name of ['APP_SECRET', 'APP_SECRET_PREVIOUS'] as const) {
    if (values.JWT_SECRET !== undefined && [values[name] ?? []].flat().includes(values.JWT_SECRET)) {
      faults.push(
        `JWT_SECRET is the same as ${name}; every service that knows JWT_SECRET could forge refresh tokens. Create another with: openssl rand -hex 32`,
      );
    }
  }
  if (values.JWT_SECRET !== undefined && values.JWT_ALGORITHM !== 'HS256' && !isWrong('JWT_ALGORITHM')) {
    faults.push('JWT_SECRET requires JWT_ALGORITHM=HS256; remove JWT_SECRET or set JWT_ALGORITHM to HS256.');
  }
  if (values.PUBLIC_URL !== undefined && isOwnAudience(values.PUBLIC_URL, values.JWT_AUDIENCE ?? '')) {
    faults.push('JWT_AUDIENCE is reserved for another kind of token; set it to a name, such as latchkey.');
  }
  if ((values.ACCESS_TOKEN_TTL ?? 0) > (values.SESSION_TTL ?? Number.POSITIVE_INFINITY)) {
    faults.push('ACCESS_TOKEN_TTL is longer than SESSION_TTL; an access token must not outlive its session.');
  }
  if (faults.length > 0) throw new ConfigError(faults);

  const complete = values as Required<Values>;
  const appSecret = values.APP_SECRET ?? storedSecret();
  return {
    isProduction,
    host: complete.HOST,
    port: complete.PORT,
    publicUrl: complete.PUBLIC_URL,
    databaseUrl: complete.DATABASE_URL,
    appSecrets: [appSecret, ...complete.APP_SECRET_PREVIOUS] as const,
    jwtAlgorithm: complete.JWT_ALGORITHM,
    jwtSecret: values.JWT_SECRET,
    jwtAudience: complete.JWT_AUDIENCE,
    accessTokenSeconds: complete.ACCESS_TOKEN_TTL,
    refreshTokenSeconds: complete.REFRESH_TOKEN_TTL,
    sessionSeconds: complete.SESSION_TTL,
    clockToleranceSeconds: complete.CLOCK_TOLERANCE,
    passwordHash: complete.PASSWORD_HASH,
    bcryptCost: complete.BCRYPT_COST,
    isRegistrationOpen: complete.REGISTRATION === 'open',
    reservedUsernames: complete.RESERVED_USERNAMES,
    trustedProxies: complete.TRUST_PROXY,
    hasRateLimits: complete.RATE_LIMITS === 'on',
    corsOrigins: complete.CORS_ORIGINS,
    logLevel: complete.LOG_LEVEL,
  };
};

export type Config = ReturnType<typeof readConfig>;

/** How long after its `iat` a service may still accept an access token, given the tolerated clock difference. */
export const tokenSecondsOf = ({
  accessTokenSeconds,
  clockToleranceSeconds,
}: Pick<Config, 'accessTokenSeconds' | 'clockToleranceSeconds'>): number =>
  accessTokenSeconds + 2 * clockToleranceSeconds;
