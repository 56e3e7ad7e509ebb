import type { Logger } from 'pino';
import { createApp } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/open.ts';
import { listen } from '../src/http/listen.ts';
import { createServices, type Services } from '../src/services.ts';

export const publicUrl = 'http://localhost:5173';
export const appSecret = 'a1f0c3e5b7d9826447aa11bb22cc33dd';

/**
 * The configuration of a test server. `settings` are as in the environment; the others have their defaults. The default bcrypt cost
 * is below the allowed minimum, so that tests are fast.
 */
export const testConfig = ({ BCRYPT_COST = '4', ...settings }: Record<string, string>): Config => ({
  ...readConfig({ APP_SECRET: appSecret, PUBLIC_URL: publicUrl, RATE_LIMITS: 'off', ...settings }),
  bcryptCost: Number(BCRYPT_COST),
});

type Options = Parameters<typeof createServices>[3] & {
  readonly clock: Services['clock'];
  readonly logger: Logger;
  /** 0 for any free port. */
  readonly port: number;
  readonly onQuery?: (sql: string) => void;
  readonly onNotice?: (sentence: string) => void;
  /** Wraps services that the app uses. */
  readonly wrap?: (services: Services) => Partial<Services>;
};

/**
 * Starts Latchkey on 127.0.0.1, in this process and without its periodic jobs. `close` ends the server; then the caller closes the
 * database.
 */
export const launch = async (config: Config, options: Options) => {
  const { clock, logger, port, onQuery, onNotice, wrap = () => ({}), ...timing } = options;
  const database = await openDatabase(config.databaseUrl, {
    waitMilliseconds: 120_000,
    ...(onQuery && { onQuery }),
    ...(onNotice && { onNotice }),
  });
  const services = createServices(config, database, clock, timing);
  const start = async () => {
    await services.keys.reload();
    return listen(createApp(config, { ...services, ...wrap(services) }, logger), '127.0.0.1', port);
  };
  const server = await start().catch(async (error) => {
    await database.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    services.revocationFeed.close();
    server.close();
    server.closeAllConnections();
    services.closeMail();
    await services.hasher.close();
  };
  return { database, services, server, close };
};
