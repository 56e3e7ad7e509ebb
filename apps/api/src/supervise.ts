import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Sleep } from './clock.ts';
import { OperatorError } from './operator-error.ts';
import type { WorkerMessage } from './run-worker.ts';

type Needs = { readonly processes: number; readonly logger: Logger; readonly sleep: Sleep };

const maxDelaySeconds = 30;
/** A worker that lived this long did not fail at its start. */
const stableSeconds = 60;

const isReady = (message: unknown): message is WorkerMessage & { readonly type: 'latchkey:ready' } =>
  (message as WorkerMessage | undefined)?.type === 'latchkey:ready';

/** Starts a worker. Resolves with its URL when it accepts requests; undefined if it ended before, having said why on stderr. */
const startWorker = async (): Promise<{ readonly worker: Worker; readonly url: string } | undefined> => {
  const worker = cluster.fork();
  return new Promise((resolve) => {
    worker.on('message', (message) => isReady(message) && resolve({ worker, url: message.url }));
    worker.once('exit', () => resolve(undefined));
  });
};

const stopWorker = async (worker: Worker): Promise<void> => {
  if (worker.isDead()) return;
  const exited = once(worker, 'exit');
  if (worker.isConnected()) worker.send({ type: 'latchkey:stop' } satisfies WorkerMessage);
  await exited;
};

/**
 * Runs several processes that share the port. The supervisor serves nothing: it replaces a process that ends, first at once, then
 * after growing waits.
 */
export const supervise = async ({ processes, logger, sleep }: Needs) => {
  const workers = new Set<Worker>();
  let isStopping = false;

  /** Counts a worker that accepts requests, and replaces it when it ends. `failures`: how often those before it failed in a row. */
  const keep = (worker: Worker, failures = 0): void => {
    workers.add(worker);
    const readyAt = performance.now();
    worker.once('exit', async (code, signal) => {
      if (!workers.delete(worker) || isStopping) return;
      const isStable = performance.now() - readyAt > stableSeconds * 1000;
      logger.error(
        `Process ${worker.process.pid} ended unexpectedly (${signal ?? `code ${code}`}); another one starts`,
      );
      await add(isStable ? 0 : failures);
    });
  };

  /** Starts a worker, and tries again until it runs. */
  const add = async (failures = 0): Promise<void> => {
    const seconds = failures === 0 ? 0 : Math.min(2 ** (failures - 1), maxDelaySeconds);
    await sleep(seconds * 1000);
    if (isStopping) return;
    const started = await startWorker();
    if (!started) return add(failures + 1);
    if (isStopping) return stopWorker(started.worker);
    keep(started.worker, failures + 1);
  };

  // The first one creates the tables and keys; if it cannot start, none can.
  const first = await startWorker();
  if (!first) throw new OperatorError('No process could start; the reason is above.');
  keep(first.worker);
  await Promise.all(Array.from({ length: processes - 1 }, () => add()));

  let rolling = Promise.resolve();
  const roll = async (): Promise<void> => {
    for (const old of [...workers]) {
      if (isStopping) return;
      const next = await startWorker();
      if (!next) return void logger.error('The new process could not start; the others run on');
      if (isStopping) return stopWorker(next.worker);
      keep(next.worker);
      workers.delete(old);
      await stopWorker(old);
    }
    logger.info('Every process has been replaced');
  };

  return {
    url: first.url,
    /** Replaces the processes one after the other, for a new version of the files; no request is lost. The settings stay. */
    roll: (): void => {
      rolling = rolling.then(roll);
    },
    async stop(): Promise<void> {
      isStopping = true;
      await Promise.all([...workers].map(stopWorker));
    },
  };
};
