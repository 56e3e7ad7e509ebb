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

  const replaceWhenItEnds = (worker: Worker, startedAt: number, failures: number): void => {
    worker.once('exit', async (code, signal) => {
      if (!workers.delete(worker) || isStopping) return;
      const isStable = performance.now() - startedAt > stableSeconds * 1000;
      logger.error(
        `Process ${worker.process.pid} ended unexpectedly (${signal ?? `code ${code}`}); another one starts`,
      );
      await add(isStable ? 0 : failures);
    });
  };

  /** Starts a worker, and tries again until it runs. `failures`: how often it has failed before. */
  const add = async (failures: number): Promise<void> => {
    const seconds = failures === 0 ? 0 : Math.min(2 ** (failures - 1), maxDelaySeconds);
    await sleep(seconds * 1000);
    if (isStopping) return;
    const startedAt = performance.now();
    const started = await startWorker();
    if (!started) return add(failures + 1);
    if (isStopping) return stopWorker(started.worker);
    workers.add(started.worker);
    replaceWhenItEnds(started.worker, startedAt, failures + 1);
  };

  // The first one creates the tables and keys; if it cannot start, none can.
  const first = await startWorker();
  if (!first) throw new OperatorError('No process could start; the reason is above.');
  workers.add(first.worker);
  replaceWhenItEnds(first.worker, performance.now(), 1);
  await Promise.all(Array.from({ length: processes - 1 }, () => add(0)));

  let rolling = Promise.resolve();
  const roll = async (): Promise<void> => {
    for (const old of [...workers]) {
      if (isStopping) return;
      const next = await startWorker();
      if (!next) return void logger.error('The new process could not start; the others run on');
      if (isStopping) return stopWorker(next.worker);
      workers.add(next.worker);
      replaceWhenItEnds(next.worker, performance.now(), 1);
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
