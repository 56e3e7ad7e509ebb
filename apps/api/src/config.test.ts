import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, readConfig, settingNames } from './config.ts';

/** 64 hexadecimal digits as `openssl rand -hex 32` prints them. */
const newSecret = (): string => randomBytes(32).toString('hex');
const goodSecret = newSecret();
const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://accounts.example.com', APP_SECRET: goodSecret };

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the settings', () => {
  it('have the documented defaults', () => {
    expect(readConfig({ APP_SECRET: goodSecret })).toEqual({
      isProduction: false,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:5173',
      processes: 1,
      databaseUrl: `file:${cwd()}/data/latchkey.db`,
      databasePoolSize: 10,
      databasePooler: 'none',
      shutdownSeconds: 25,
      appSecrets: [goodSecret],
      jwtAlgorithm: 'RS256',
      jwtSecret: undefined,
      jwtAudience: 'latchkey',
      accessTokenSeconds: 30 * 60,
      refreshTokenSeconds: 7 * 86_400,
      sessionSeconds: 90 * 86_400,
      clockToleranceSeconds: 30,
      passwordHash: 'bcrypt',
      bcryptCost: 12,
      isRegistrationOpen: true,
      reservedUsernames: [],
      signInProviders: [],
      providers: [],
      trustedProxies: 0,
      hasRateLimits: true,
      corsOrigins: [],
      smtpUrl: 'smtp://127.0.0.1:1025',
      hasMail: true,
      mailFrom: { name: 'Latchkey', address: 'latchkey@example.com' },
      isVerifiedEmailRequired: false,
      appName: 'Latchkey',
      accentColor: undefined,
      logo: undefined,
      termsUrl: undefined,
      privacyUrl: undefined,
      supportUrl: undefined,
      metricsPort: undefined,
      metricsHost: '127.0.0.1',
      otlpEndpoint: undefined,
      traceSampler: 'parentbased_always_on',
      traceShare: 1,
      logLevel: 'info',
    });
  });

  it('read the brand, with the logo', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    const logo = join(folder, 'logo.svg');
    writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const brand = {
      APP_NAME: 'Acme & Söhne',
      ACCENT_COLOR: '#B45309',
      LOGO_FILE: logo,
      SUPPORT_URL: 'mailto:a@b.example',
    };
    expect(readConfig({ ...production, ...brand })).toMatchObject({
      appName: 'Acme & Söhne',
      accentColor: '#b45309',
      logo: { type: '.svg', content: readFileSync(logo) },
      supportUrl: 'mailto:a@b.example',
    });
    const photo = join(folder, 'photo.png');
    writeFileSync(photo, 'not a picture');
    const wrong = {
      APP_NAME: 'a\u0000b',
      ACCENT_COLOR: 'red',
      LOGO_FILE: photo,
      TERMS_URL: 'javascript:alert(1)',
      PRIVACY_URL: '/privacy',
      SUPPORT_URL: 'help@acme.example',
    };
    expect(faultsOf({ ...production, ...wrong })).toEqual([
      'APP_NAME must be 1 to 60 characters, such as Acme.',
      'ACCENT_COLOR is "red"; it must be a color such as #b45309.',
      `LOGO_FILE is "${photo}", which is neither an SVG nor a PNG image with that extension.`,
      'TERMS_URL is "javascript:alert(1)"; it must be a URL that starts with https: or http:.',
      'PRIVACY_URL is "/privacy"; it must be a URL that starts with https: or http:.',
      'SUPPORT_URL is "help@acme.example"; it must be a URL that starts with https: or http: or mailto:.',
    ]);
    const [missing = ''] = faultsOf({ ...production, LOGO_FILE: join(folder, 'missing.svg') });
    expect(missing).toMatch(/^LOGO_FILE is ".*missing\.svg", which cannot be read: ENOENT/);
  });

  it('production requires only PUBLIC_URL and APP_SECRET', () => {
    expect(readConfig(production)).toMatchObject({ isProduction: true, host: '0.0.0.0' });
  });

  it('in production mail is off until SMTP_URL is set, which then needs MAIL_FROM', () => {
    expect(readConfig(production).smtpUrl).toBeUndefined();
    const url = 'smtps://user:secret@mail.example.com';
    expect(() => readConfig({ ...production, SMTP_URL: url })).toThrow('SMTP_URL needs MAIL_FROM');
    const from = 'accounts@acme.example';
    expect(readConfig({ ...production, SMTP_URL: url, MAIL_FROM: from })).toMatchObject({
      smtpUrl: url,
      mailFrom: { name: '', address: from },
    });
    expect(() => readConfig({ ...production, REQUIRE_VERIFIED_EMAIL: 'on' })).toThrow(
      'REQUIRE_VERIFIED_EMAIL needs SMTP_URL',
    );
  });

  it('an empty setting is unset', () => {
    const empty = Object.fromEntries(settingNames.map((name) => [name, '']));
    expect(readConfig({ ...empty, APP_SECRET: goodSecret })).toEqual(readConfig({ APP_SECRET: goodSecret }));
  });

  it('an error lists every invalid setting by name, with the allowed values', () => {
    const faults = faultsOf({
      NODE_ENV: 'prod',
      PORT: '65536',
      PUBLIC_URL: 'accounts.example.com',
      API_PROCESSES: '0',
      DATABASE_URL: 'mysql://localhost/x',
      DATABASE_POOL_SIZE: '0',
      DATABASE_POOLER: 'session',
      SHUTDOWN_TIMEOUT: '0s',
      APP_SECRET: 'short',
      APP_SECRET_PREVIOUS: `${goodSecret},short`,
      JWT_ALGORITHM: 'none',
      JWT_SECRET: 'x',
      ACCESS_TOKEN_TTL: '30',
      REFRESH_TOKEN_TTL: '366d',
      SESSION_TTL: '-1d',
      CLOCK_TOLERANCE: '6m',
      PASSWORD_HASH: 'scrypt',
      BCRYPT_COST: '9',
      REGISTRATION: 'maybe',
      RESERVED_USERNAMES: 'acme, the boss',
      TRUST_PROXY: 'true',
      CORS_ORIGINS: 'https://a.example, *',
      RATE_LIMITS: 'no',
      SMTP_URL: 'mail.example.com',
      MAIL_FROM: 'Acme <accounts>',
      REQUIRE_VERIFIED_EMAIL: 'yes',
      SIGN_IN_PROVIDERS: 'Google',
      APP_NAME: 'x'.repeat(61),
      ACCENT_COLOR: 'red',
      LOGO_FILE: '/no/such/file.svg',
      TERMS_URL: '/terms',
      PRIVACY_URL: 'javascript:alert(1)',
      SUPPORT_URL: 'help@acme.example',
      METRICS_PORT: '-1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '10',
      LOG_LEVEL: 'loud',
    });
    const free = ['HOST', 'JWT_AUDIENCE', 'METRICS_HOST'];
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(settingNames.filter((name) => !free.includes(name)));
    expect(faults).toEqual(
      expect.arrayContaining([
        'NODE_ENV is "prod"; it must be one of development, production, test.',
        'PORT is "65536"; it must be a whole number from 0 to 65535.',
        'PASSWORD_HASH is "scrypt"; it must be one of bcrypt, argon2id.',
        'ACCESS_TOKEN_TTL is "30"; it must be a duration from 1s to 1d, such as 30s, 15m, 12h or 7d.',
        'APP_SECRET has 5 bytes; it needs at least 32. Create one with: openssl rand -hex 32.',
        'CORS_ORIGINS has "*"; it must be an origin such as https://accounts.example.com, without a path.',
      ]),
    );
  });

  it('the error message lists one invalid setting per line', () => {
    expect(() => readConfig({ APP_SECRET: goodSecret, PORT: 'x', BCRYPT_COST: '16' })).toThrow(
      'Invalid configuration:\n  PORT is "x"; it must be a whole number from 0 to 65535.\n  BCRYPT_COST is "16"; it must be a whole number from 10 to 15.',
    );
  });

  it('no error quotes a secret', () => {
    const secret = 'tooshortforasecret';
    const faults = faultsOf({ APP_SECRET: secret, JWT_SECRET: secret, DATABASE_URL: `mysql://me:${secret}@localhost` });
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain(secret);
  });

  it.each([
    ['1s', 1],
    ['90s', 90],
    ['15m', 900],
    ['12h', 43_200],
    ['1d', 86_400],
  ])('the duration %s is accepted', (text, seconds) => {
    expect(readConfig({ APP_SECRET: goodSecret, ACCESS_TOKEN_TTL: text }).accessTokenSeconds).toBe(seconds);
  });

  it.each(['0s', '25h', '2d', '1.5h', '1 h', 'h', '1w', '1H', '١s', '1e3s', '9999999999s'])(
    'the duration %s is refused',
    (text) => {
      expect(faultsOf({ APP_SECRET: goodSecret, ACCESS_TOKEN_TTL: text })).toHaveLength(1);
    },
  );

  it.each([
    ['file:./x.db', `file:${cwd()}/x.db`],
    ['file:x.db', `file:${cwd()}/x.db`],
    ['file:/var/x.db', 'file:/var/x.db'],
    ['file:///var/x.db', 'file:///var/x.db'],
    ['postgres://me:pass@db/latchkey', 'postgres://me:pass@db/latchkey'],
    ['postgresql://db/latchkey', 'postgresql://db/latchkey'],
  ])('the database URL %s is accepted', (text, url) => {
    expect(readConfig({ APP_SECRET: goodSecret, DATABASE_URL: text }).databaseUrl).toBe(url);
  });

  it.each([
    'https://a.example/path',
    'https://a.example?x',
    'https://me@a.example',
    'ftp://a.example',
    'a.example',
    'null',
  ])('the origin %s is refused', (origin) => {
    expect(faultsOf({ APP_SECRET: goodSecret, PUBLIC_URL: origin, CORS_ORIGINS: origin })).toHaveLength(2);
  });

  it('origins are normalized as browsers do', () => {
    const { publicUrl, corsOrigins } = readConfig({
      APP_SECRET: goodSecret,
      PUBLIC_URL: 'HTTPS://Accounts.Example.com:443/',
      CORS_ORIGINS: 'https://a.example/ , http://b.example:80,',
    });
    expect(publicUrl).toBe('https://accounts.example.com');
    expect(corsOrigins).toEqual(['https://a.example', 'http://b.example']);
  });

  it('previous secrets follow the current one in their order', () => {
    const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
    const { appSecrets } = readConfig({ APP_SECRET: goodSecret, APP_SECRET_PREVIOUS: ` ${first} ,${second}` });
    expect(appSecrets).toEqual([goodSecret, first, second]);
  });

  it('JWT_SECRET is accepted with HS256 only', () => {
    const jwtSecret = newSecret();
    expect(readConfig({ ...production, JWT_ALGORITHM: 'HS256', JWT_SECRET: jwtSecret }).jwtSecret).toBe(jwtSecret);
    expect(faultsOf({ ...production, JWT_SECRET: jwtSecret })).toEqual([
      'JWT_SECRET requires JWT_ALGORITHM=HS256; remove JWT_SECRET or set JWT_ALGORITHM to HS256.',
    ]);
  });

  it('a JWT_SECRET equal to a current or previous APP_SECRET is refused', () => {
    const hs256 = { APP_SECRET: goodSecret, JWT_ALGORITHM: 'HS256' };
    expect(faultsOf({ ...hs256, JWT_SECRET: `${goodSecret}\n` })).toEqual([
      'JWT_SECRET is the same as APP_SECRET; every service that knows JWT_SECRET could forge refresh tokens. Create another with: openssl rand -hex 32',
    ]);
    const previous = newSecret();
    expect(faultsOf({ ...hs256, APP_SECRET_PREVIOUS: `${newSecret()},${previous}`, JWT_SECRET: previous })).toEqual([
      'JWT_SECRET is the same as APP_SECRET_PREVIOUS; every service that knows JWT_SECRET could forge refresh tokens. Create another with: openssl rand -hex 32',
    ]);
  });

  it('whitespace around a setting is ignored, such as the newline at the end of a file', () => {
    const [jwtSecret, previous] = [newSecret(), newSecret()];
    const settings = {
      APP_SECRET: goodSecret,
      APP_SECRET_PREVIOUS: previous,
      JWT_ALGORITHM: 'HS256',
      JWT_SECRET: jwtSecret,
      DATABASE_URL: 'postgres://me:pass@db/latchkey',
      PORT: '4000',
    };
    const padded = Object.fromEntries(Object.entries(settings).map(([name, text]) => [name, ` ${text}\r\n`]));
    expect(readConfig(padded)).toEqual(readConfig(settings));
  });

  it('ACCESS_TOKEN_TTL must not exceed SESSION_TTL', () => {
    expect(faultsOf({ ...production, SESSION_TTL: '10m' })).toEqual([
      'ACCESS_TOKEN_TTL is longer than SESSION_TTL; an access token must not outlive its session.',
    ]);
  });
});

describe('production', () => {
  it('requires PUBLIC_URL and APP_SECRET', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'PUBLIC_URL is missing; set it to the public origin, such as https://accounts.example.com.',
      'APP_SECRET is missing; create one with: openssl rand -hex 32',
    ]);
  });

  it.each([
    'change-me-change-me-change-me-change-me',
    'super-secret-key-that-is-long-enough-ok',
    'your-256-bit-SECRET-your-256-bit-words',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'abababcdcdcdefefef1212123434345656567878'.replace(/[5-8]/g, 'a').replace(/[cdef]/g, 'b'),
    '01234567890123456789012345678901234567890',
    'correct-password-battery-staple-1qaz2wsx',
    'qwertyuiopasdfghjklzxcvbnm-1234-and-more',
    'correct horse battery staple and so on 7',
    // The secrets of the FastAPI, Flask and Spring tutorials.
    '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
    '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf',
    '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
  ])('refuses the secret %s, for both uses', (secret) => {
    expect(faultsOf({ ...production, APP_SECRET: secret })).toEqual([
      'APP_SECRET is too easy to guess; create another with: openssl rand -hex 32',
    ]);
    expect(faultsOf({ ...production, JWT_ALGORITHM: 'HS256', JWT_SECRET: secret })).toEqual([
      'JWT_SECRET is too easy to guess; create another with: openssl rand -hex 32',
    ]);
  });

  it('refuses a weak previous secret, because its refresh tokens are still accepted', () => {
    expect(faultsOf({ ...production, APP_SECRET_PREVIOUS: 'change-me-change-me-change-me-change-me' })).toEqual([
      'APP_SECRET_PREVIOUS is too easy to guess; create another with: openssl rand -hex 32',
    ]);
  });

  it('refuses an audience with spaces or more than 200 characters', () => {
    for (const JWT_AUDIENCE of [' ', 'two words', 'x'.repeat(201)]) {
      expect(faultsOf({ ...production, JWT_AUDIENCE })).toEqual([
        'JWT_AUDIENCE must be 1 to 200 characters without spaces, such as latchkey.',
      ]);
    }
  });

  it('refuses the audience of another kind of token', () => {
    const { PUBLIC_URL } = production;
    expect(faultsOf({ ...production, JWT_AUDIENCE: `${PUBLIC_URL}/api/tokens/revocations` })).toEqual([
      'JWT_AUDIENCE is reserved for another kind of token; set it to a name, such as latchkey.',
    ]);
    expect(readConfig({ ...production, JWT_AUDIENCE: PUBLIC_URL }).jwtAudience).toBe(PUBLIC_URL);
  });

  it('refuses to disable the rate limits', () => {
    expect(faultsOf({ ...production, RATE_LIMITS: 'off' })).toEqual([
      'RATE_LIMITS is "off"; production requires "on".',
    ]);
  });
});

it('development creates its secret once, readable by the owner only', () => {
  const before = cwd();
  onTestFinished(() => chdir(before));
  chdir(mkdtempSync(join(tmpdir(), 'latchkey-')));
  const [secret] = readConfig({}).appSecrets;
  expect(secret).toMatch(/^[\da-f]{64}$/);
  expect(readConfig({}).appSecrets).toEqual([secret]);
  expect(readFileSync('data/app-secret', 'utf8')).toBe(secret);
  expect(statSync('data/app-secret').mode & 0o777).toBe(0o600);
});

it.each(['', ' \n', 'cut short'])('a data/app-secret with the content "%s" is refused', (text) => {
  const before = cwd();
  onTestFinished(() => chdir(before));
  chdir(mkdtempSync(join(tmpdir(), 'latchkey-')));
  mkdirSync('data');
  writeFileSync('data/app-secret', text);
  expect(faultsOf({})).toEqual([
    expect.stringMatching(/^data\/app-secret has \d bytes; it needs at least 32\..* Restore the file, or delete it/),
  ]);
});
