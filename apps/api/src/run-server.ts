import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { systemClock, systemSleep } from './clock.ts';
import type { Config } from './config.ts';
import { withoutValues } from './database/faults.ts';
import { openDatabase } from './database/open.ts';
import { listen, shutDown } from './http/listen.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import type { Tracing } from './metrics/tracing.ts';
import { runJobs } from './run-jobs.ts';
import { createServices, hasherOf } from './services.ts';

/** The URL that a proxy on the same machine forwards to. */
export const urlOf = (server: Server): string => {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return String(bound);
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
};

type RunningServer = {
  readonly url: string;
  readonly metrics: Metrics | undefined;
  /** Accepts no more requests, finishes those in progress, and closes the database. */
  readonly stop: () => Promise<void>;
};

/** Loads nothing where no collector is set. */
const startTracing = async (config: Config, logger: Logger): Promise<Tracing | undefined> => {
  const { otlpEndpoint: endpoint, traceSampler: sampler, traceShare: share } = config;
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import('./metrics/tracing.ts');
  const onFault = (sentence: string): void => logger.warn({ tracing: sentence });
  return createTracing({ endpoint, sampler, share, onFault, sleep: systemSleep });
};

/** Opens the database, listens, and runs the periodic jobs. */
export const runServer = async (config: Config, logger: Logger): Promise<RunningServer> => {
  const tracing = await startTracing(config, logger);
  const opened = await openDatabase(config.databaseUrl, {
    onQuery(sql) {
      logger.trace({ sql });
      tracing?.onQuery(sql);
    },
    onNotice: (sentence) => logger.warn(sentence),
    poolSize: config.databasePoolSize,
    hasTransactionPooler: config.databasePooler === 'transaction',
  });
  const database = tracing?.traceDatabase(opened) ?? opened;
  const services = createServices(config, database, systemClock, {
    ...(tracing && { hasher: tracing.traceHasher(hasherOf(config)) }),
  });
  const { keys, jobs, revocationFeed, hasher } = services;
  await keys.reload();
  const metrics = config.metricsPort === undefined ? undefined : await createMetrics(services.readings);
  const observers = { onRequestEnd: metrics?.onRequest, beginSpan: tracing?.beginSpan };
  const server = await listen(createApp(config, services, logger, observers), config.host, config.port);

  const stopping = new AbortController();
  const onFault = (fault: Error): void => logger.warn(withoutValues(fault));
  runJobs(jobs, { sleep: systemSleep, onFault, signal: stopping.signal });
  const stop = async (): Promise<void> => {
    stopping.abort();
    revocationFeed.close();
    await shutDown(server, config.shutdownSeconds * 1000);
    services.closeMail();
    await Promise.all([hasher.close(), database.close(), tracing?.close()]);
  };
  return { url: urlOf(server), metrics, stop };
};
