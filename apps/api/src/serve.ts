import cluster from 'node:cluster';
import { endpoints } from '@latchkey/contract/endpoints';
import { secretFields } from '@latchkey/contract/redaction';
import pino, { type Logger } from 'pino';
import { systemSleep } from './clock.ts';
import { type Config, readConfig, settingNamesOf } from './config.ts';
import { shutDown } from './http/listen.ts';
import { listenForMetrics } from './metrics/listen-metrics.ts';
import { clusterMetrics } from './metrics/metrics.ts';
import { misspelledSettings } from './misspelled-settings.ts';
import { failureText } from './operator-error.ts';
import { onRunnerExit } from './parent-process.ts';
import { runServer, urlOf } from './run-server.ts';
import { runWorker } from './run-worker.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { supervise } from './supervise.ts';

/** Without https, only loopback is safe; browsers treat it as a secure context, too. */
const isSafeOrigin = (url: string): boolean =>
  url.startsWith('https:') || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

const createLogger = ({ logLevel }: Config): Logger => {
  const secrets = [...secretFields(endpoints)];
  return pino({
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: secrets.flatMap((name) => [name, `*.${name}`]),
  });
};

const warnAbout = (config: Config, logger: Logger): void => {
  if (config.isProduction && !isSafeOrigin(config.publicUrl)) {
    logger.warn(
      'PUBLIC_URL is http: anyone on the network can read passwords and cookies. Put TLS in front, and set PUBLIC_URL to https.',
    );
  }
  if (!config.hasMail)
    logger.info('SMTP_URL is not set: no e-mail address can be verified, and no forgotten password reset.');
  for (const sentence of misspelledSettings(settingNamesOf(config))) logger.warn(sentence);
};

/** One server in this process, or several in processes of their own. */
const runService = async (config: Config, logger: Logger) => {
  if (config.processes === 1) return runServer(config, logger);
  const { url, stop, roll } = await supervise({ processes: config.processes, logger, sleep: systemSleep });
  process.on('SIGHUP', roll);
  return {
    url: `${url} with ${config.processes} processes`,
    stop,
    metrics: config.metricsPort === undefined ? undefined : await clusterMetrics(),
  };
};

const start = async (): Promise<void> => {
  let isStopping = (): boolean => false;
  // First: it remembers who runs this process, and they may end while it starts.
  if (cluster.isPrimary) onRunnerExit(() => !isStopping() && process.kill(process.pid));
  // The database holds hashes, keys and addresses: only this user may read its files, even in a folder with open permissions.
  process.umask(0o077);
  const config = readConfig();
  const logger = createLogger(config);
  if (cluster.isWorker) return runWorker(config, logger);

  const { url, stop, metrics } = await runService(config, logger);
  const metricsServer = metrics && (await listenForMetrics(metrics, config.metricsHost, config.metricsPort ?? 0));
  if (metricsServer) logger.info(`The metrics are at ${urlOf(metricsServer)}/metrics`);
  warnAbout(config, logger);
  const stopAll = async (): Promise<void> => {
    await Promise.all([stop(), metricsServer && shutDown(metricsServer, config.shutdownSeconds * 1000)]);
    logger.info('Latchkey has stopped');
  };
  isStopping = stopOnSignal(stopAll, logger);
  // Last: a supervisor that reads it may send a signal at once.
  logger.info(`Latchkey is ready at ${config.publicUrl} and listens on ${url}`);
};

start().catch((error: unknown) => {
  process.stderr.write(`${failureText(error)}\n`);
  process.exit(1);
});
