import { jwtAlgorithms } from '@latchkey/contract/jwt';
import { appName, color, linkTo, logoFile } from './brand-setting-parsers.ts';
import { samplerNames } from './metrics/sampler-names.ts';
import { providerNames } from './provider-settings.ts';
import {
  audience,
  databaseUrl,
  durationInSeconds,
  integer,
  listOf,
  mailbox,
  mailServer,
  oneOf,
  origin,
  type Parser,
  SettingFault,
  secret,
  share,
  userName,
} from './setting-parsers.ts';

type Setting<Value> = {
  /** The environment variable. */
  readonly name: string;
  /** @throws SettingFault */
  readonly read: (text: string | undefined, isProduction: boolean) => Value;
};

/**
 * Whitespace around a value is ignored: a value that comes from a file often ends in a newline.
 * @param whenUnset the default, as text
 */
const setting = <Value>(
  name: string,
  whenUnset: string | ((isProduction: boolean) => string),
  parse: Parser<Value>,
): Setting<Value> => ({
  name,
  read(text, isProduction) {
    const given = text || (typeof whenUnset === 'function' ? whenUnset(isProduction) : whenUnset);
    return parse(given.trim(), isProduction);
  },
});

const optional = <Value>(
  name: string,
  parse: Parser<Value>,
  whenUnset: (isProduction: boolean) => undefined = () => undefined,
): Setting<Value | undefined> => ({
  name,
  read: (text, isProduction) => (text ? parse(text.trim(), isProduction) : whenUnset(isProduction)),
});

const missing = (advice: string): never => {
  throw new SettingFault(`is missing; ${advice}`);
};

const onInProduction: Parser<boolean> = (text, isProduction) => {
  const isOn = oneOf('on', 'off')(text, isProduction) === 'on';
  if (isProduction && !isOn) throw new SettingFault('is "off"; production requires "on".');
  return isOn;
};

/** Every setting: its environment variable, its default, and its parser, which also checks it. config.ts checks combinations. */
export const settings = {
  isProduction: setting('NODE_ENV', 'development', (text, isProduction) => {
    return oneOf('development', 'production', 'test')(text, isProduction) === 'production';
  }),
  host: setting('HOST', (isProduction) => (isProduction ? '0.0.0.0' : '127.0.0.1'), String),
  port: setting('PORT', '3000', integer(0, 65_535)),
  publicUrl: setting(
    'PUBLIC_URL',
    (isProduction) =>
      isProduction
        ? missing('set it to the public origin, such as https://accounts.example.com.')
        : 'http://localhost:5173',
    origin,
  ),
  processes: setting('API_PROCESSES', '1', integer(1, 64)),
  databaseUrl: setting('DATABASE_URL', 'file:./data/latchkey.db', databaseUrl),
  databasePoolSize: setting('DATABASE_POOL_SIZE', '10', integer(1, 1000)),
  databasePooler: setting('DATABASE_POOLER', 'none', oneOf('none', 'transaction')),
  shutdownSeconds: setting('SHUTDOWN_TIMEOUT', '25s', durationInSeconds('1s', '10m')),
  // Development stores a secret in a file instead.
  appSecret: optional('APP_SECRET', secret, (isProduction) =>
    isProduction ? missing('create one with: openssl rand -hex 32') : undefined,
  ),
  previousAppSecrets: setting('APP_SECRET_PREVIOUS', '', listOf(secret)),
  jwtAlgorithm: setting('JWT_ALGORITHM', 'RS256', oneOf(...jwtAlgorithms)),
  jwtSecret: optional('JWT_SECRET', secret),
  jwtAudience: setting('JWT_AUDIENCE', 'latchkey', audience),
  accessTokenSeconds: setting('ACCESS_TOKEN_TTL', '30m', durationInSeconds('1s', '1d')),
  refreshTokenSeconds: setting('REFRESH_TOKEN_TTL', '7d', durationInSeconds('1s', '365d')),
  sessionSeconds: setting('SESSION_TTL', '90d', durationInSeconds('1s', '3650d')),
  clockToleranceSeconds: setting('CLOCK_TOLERANCE', '30s', durationInSeconds('0s', '5m')),
  passwordHash: setting('PASSWORD_HASH', 'bcrypt', oneOf('bcrypt', 'argon2id')),
  bcryptCost: setting('BCRYPT_COST', '12', integer(10, 15)),
  isRegistrationOpen: setting('REGISTRATION', 'open', (text, isProduction) => {
    return oneOf('open', 'closed')(text, isProduction) === 'open';
  }),
  reservedUsernames: setting('RESERVED_USERNAMES', '', listOf(userName)),
  trustedProxies: setting('TRUST_PROXY', '0', integer(0, 10)),
  corsOrigins: setting('CORS_ORIGINS', '', listOf(origin)),
  hasRateLimits: setting('RATE_LIMITS', 'on', onInProduction),
  smtpUrl: setting('SMTP_URL', (isProduction) => (isProduction ? 'off' : 'smtp://127.0.0.1:1025'), mailServer),
  mailFrom: optional('MAIL_FROM', mailbox),
  isVerifiedEmailRequired: setting('REQUIRE_VERIFIED_EMAIL', 'off', (text, isProduction) => {
    return oneOf('on', 'off')(text, isProduction) === 'on';
  }),
  signInProviders: setting('SIGN_IN_PROVIDERS', '', providerNames),
  appName: setting('APP_NAME', 'Latchkey', appName),
  accentColor: optional('ACCENT_COLOR', color),
  logo: optional('LOGO_FILE', logoFile),
  termsUrl: optional('TERMS_URL', linkTo('https:', 'http:')),
  privacyUrl: optional('PRIVACY_URL', linkTo('https:', 'http:')),
  supportUrl: optional('SUPPORT_URL', linkTo('https:', 'http:', 'mailto:')),
  metricsPort: optional('METRICS_PORT', integer(0, 65_535)),
  metricsHost: setting('METRICS_HOST', '127.0.0.1', String),
  otlpEndpoint: optional('OTEL_EXPORTER_OTLP_ENDPOINT', linkTo('https:', 'http:')),
  traceSampler: setting('OTEL_TRACES_SAMPLER', 'parentbased_always_on', oneOf(...samplerNames)),
  traceShare: setting('OTEL_TRACES_SAMPLER_ARG', '1', share),
  logLevel: setting('LOG_LEVEL', 'info', oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent')),
};

export type Values = { [Key in keyof typeof settings]: ReturnType<(typeof settings)[Key]['read']> };
