import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findHeadlessShell } from './e2e/browser.ts';
import {
  allowedSite,
  brandServer,
  corsServer,
  databaseUrlOf,
  identityServer,
  mailbox,
  mailServer,
  mainServer,
  provider,
  shortLived,
} from './e2e/servers.ts';

const isRoot = process.getuid?.() === 0;

/** The workers, which read this file again, get it from the environment. */
const inherited = process.env.E2E_FOLDER;
const folder = inherited ?? mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
process.env.E2E_FOLDER = folder;
if (inherited === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What `pnpm build` made, on a fresh database, with the settings that production asks for. */
const server = (latchkey: typeof mainServer, settings: Record<string, string> = {}) => ({
  command: 'node apps/api/dist/main.js',
  url: `${latchkey.origin}/health/ready`,
  reuseExistingServer: false,
  gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 10_000 },
  env: {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(latchkey.port),
    PUBLIC_URL: latchkey.origin,
    APP_SECRET: randomBytes(32).toString('hex'),
    DATABASE_URL: databaseUrlOf(latchkey),
    API_PROCESSES: process.env.TEST_PROCESSES ?? '1',
    BCRYPT_COST: '10',
    ...settings,
  },
});

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // These end what hangs. They are no measure of speed: however slow the machine is, a test waits for what it asks.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  fullyParallel: true,
  workers: 2,
  // Where everything is broken, say so soon.
  maxFailures: 10,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'reports/playwright.json' }]],
  use: {
    baseURL: mainServer.origin,
    actionTimeout: 60_000,
    // Traces cost a quarter of the time: to look into a failure, run its test with `--trace retain-on-failure`.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findHeadlessShell() ?? '',
      // Chromium has no sandbox as root; the rest keeps it from calling home.
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        // It draws in software anyway.
        '--disable-gpu',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  webServer: [
    server(mainServer),
    server(shortLived, { ACCESS_TOKEN_TTL: '5s', CLOCK_TOLERANCE: '0s' }),
    server(corsServer, { CORS_ORIGINS: allowedSite.origin }),
    {
      command: 'node apps/mailbox/src/main.ts',
      url: mailbox.origin,
      reuseExistingServer: false,
      env: { MAILBOX_PORT: String(mailbox.port), MAILBOX_SMTP_PORT: String(mailbox.smtpPort) },
    },
    server(mailServer, {
      SMTP_URL: `smtp://127.0.0.1:${mailbox.smtpPort}`,
      MAIL_FROM: 'Latchkey <accounts@example.com>',
    }),
    {
      command: 'node e2e/run-provider.ts',
      url: `${provider.origin}/.well-known/openid-configuration`,
      reuseExistingServer: false,
    },
    server(identityServer, {
      SIGN_IN_PROVIDERS: 'acme,google,microsoft,github,gitlab,apple',
      PROVIDER_ACME_ISSUER: provider.origin,
      PROVIDER_ACME_LABEL: 'Acme',
      ...Object.fromEntries(
        ['ACME', 'GOOGLE', 'MICROSOFT', 'GITHUB', 'GITLAB', 'APPLE'].flatMap((name) => [
          [`PROVIDER_${name}_CLIENT_ID`, 'latchkey'],
          [`PROVIDER_${name}_CLIENT_SECRET`, 'the secret of the journeys'],
        ]),
      ),
    }),
    server(brandServer, {
      REGISTRATION: 'closed',
      APP_NAME: 'Acme & Söhne',
      ACCENT_COLOR: '#ffcc00',
      LOGO_FILE: 'e2e/acme-logo.svg',
      TERMS_URL: 'https://acme.example/terms',
      PRIVACY_URL: 'https://acme.example/privacy',
      SUPPORT_URL: 'mailto:help@acme.example',
    }),
  ],
});
