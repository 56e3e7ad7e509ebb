import type { Server } from 'node:http';
import { endpoints } from '@latchkey/contract/endpoints';
import { secretFields } from '@latchkey/contract/redaction';
import pino from 'pino';
import { createApp } from './app.ts';
import { systemClock, systemSleep } from './clock.ts';
import { readConfig, settingNames } from './config.ts';
import { withoutValues } from './database/faults.ts';
import { openDatabase } from './database/open.ts';
import { listen, shutDown } from './http/listen.ts';
import { listenForMetrics } from './metrics/listen-metrics.ts';
import { createMetrics } from './metrics/metrics.ts';
import { misspelledSettings } from './misspelled-settings.ts';
import { failureText, OperatorError } from './operator-error.ts';
import { onRunnerExit } from './parent-process.ts';
import { runJobs } from './run-jobs.ts';
import { createServices } from './services.ts';

/** Without https, only loopback is safe; browsers treat it as a secure context, too. */
const isSafeOrigin = (url: string): boolean =>
  url.startsWith('https:') || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** The URL that a proxy on the same machine forwards to. */
const urlOf = (server: Server): string => {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return String(bound);
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
};

const start = async (): Promise<void> => {
  // Older versions crash inside the database driver without a message.
  const [major] = process.versions.node.split('.');
  if (Number(major) < 22)
    throw new OperatorError(`Node ${process.versions.node} is too old; Latchkey needs 22 or newer.`);
  let received = 0;
  // First: it remembers who runs this process, and they may end while it starts.
  onRunnerExit(() => received === 0 && process.kill(process.pid));
  // The database holds hashes, keys and addresses: only this user may read its files, even in a folder with open permissions.
  process.umask(0o077);
  const config = readConfig();
  const secrets = [...secretFields(endpoints)];
  const logger = pino({
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: secrets.flatMap((name) => [name, `*.${name}`]),
  });
  const database = await openDatabase(config.databaseUrl, {
    onQuery: (sql) => logger.trace({ sql }),
    onNotice: (sentence) => logger.warn(sentence),
  });
  const services = createServices(config, database, systemClock);
  const { keys, jobs, revocationFeed, hasher } = services;
  await keys.reload();
  const { metricsPort } = config;
  const metrics = metricsPort === undefined ? undefined : await createMetrics(services.readings);
  const server = await listen(createApp(config, services, logger, metrics?.onRequest), config.host, config.port);
  const metricsServer = metrics && (await listenForMetrics(metrics, config.metricsHost, metricsPort ?? 0));
  if (config.isProduction && !isSafeOrigin(config.publicUrl)) {
    logger.warn(
      'PUBLIC_URL is http: anyone on the network can read passwords and cookies. Put TLS in front, and set PUBLIC_URL to https.',
    );
  }
  if (!config.hasMail)
    logger.info('SMTP_URL is not set: no e-mail address can be verified, and no forgotten password reset.');
  if (metricsServer) logger.info(`The metrics are at ${urlOf(metricsServer)}/metrics`);
  for (const sentence of misspelledSettings(settingNames)) logger.warn(sentence);

  const stopping = new AbortController();
  const onFault = (fault: Error): void => logger.warn(withoutValues(fault));
  runJobs(jobs, { sleep: systemSleep, onFault, signal: stopping.signal });

  const stop = async (): Promise<void> => {
    stopping.abort();
    revocationFeed.close();
    await Promise.all([shutDown(server), metricsServer && shutDown(metricsServer)]);
    services.closeMail();
    await Promise.all([hasher.close(), database.close()]);
    logger.info('Latchkey has stopped');
  };
  // npx and pnpm send one signal twice. The third finds no listener and ends the process at once.
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const onSignal = (): void => {
    received += 1;
    if (received === 1) {
      void stop();
      logger.info('Latchkey takes no more requests and finishes those in progress');
      return;
    }
    // Before the message: a supervisor that reads it may send the third signal at once.
    for (const signal of signals) process.off(signal, onSignal);
    logger.info('Requests are still in progress; one more signal ends them at once');
  };
  for (const signal of signals) process.on(signal, onSignal);
  // Last: a supervisor that reads it may send a signal at once.
  logger.info(`Latchkey is ready at ${config.publicUrl} and listens on ${urlOf(server)}`);
};

start().catch((error: unknown) => {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
});
