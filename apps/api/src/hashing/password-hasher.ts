import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { PasswordOwner } from '@latchkey/password-policy';
import { Piscina } from 'piscina';
import { type Sleep, systemSleep } from '../clock.ts';
import { invalidRequest, Problem, problem } from '../problem.ts';
import { decoyHash } from './bcrypt-sha256.ts';
import { createFairQueue } from './fair-queue.ts';
import type * as worker from './hash-worker.ts';
import { type HashOptions, isOutdated } from './password-hash.ts';

/** The bundle contains the worker as JavaScript. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js', import.meta.url),
);

/** The maximum of waiting tasks for each thread: at 0.3 s a hash, the last one waits about 5 s. */
const queuePerThread = 16;
/** Each thread has its next task at hand, so that it never waits for the main thread. */
const tasksPerThread = 2;

/** A refusal is held back for a second, on average: clients that try again at once would keep everybody waiting. */
const refusalMilliseconds = (): number => 500 + Math.random() * 1_000;

type Tasks = typeof worker;
type Answer<Name extends keyof Tasks> = Awaited<ReturnType<Tasks[Name]>>;

const queueIsFull = (): Problem => problem('unavailable', { reason: 'sign_ins' }, { retryAfterSeconds: 5 });

/**
 * Hashes passwords in worker threads, one for each core, so that many sign-ins never delay other requests. Networks
 * (`networkOf`) share the threads fairly. When the queue is full, a task is refused with `unavailable` and `Retry-After`.
 */
export const createPasswordHasher = (
  { appName: serviceName, ...options }: HashOptions & { readonly appName?: string },
  threads = availableParallelism(),
  sleep: Sleep = systemSleep,
) => {
  const pool = new Piscina({
    filename: workerFile,
    minThreads: 0,
    maxThreads: threads,
    concurrentTasksPerWorker: tasksPerThread,
    idleTimeout: 30_000,
  });
  const decoy = decoyHash(options.bcryptCost);
  const queue = createFairQueue({
    concurrency: threads * tasksPerThread,
    maxWaiting: threads * queuePerThread,
    refusal: queueIsFull,
  });

  let started = 0;
  let waitedMilliseconds = 0;
  const startTask = (enqueuedAt: number): void => {
    started += 1;
    waitedMilliseconds += performance.now() - enqueuedAt;
  };

  const run = <Name extends keyof Tasks>(
    network: string,
    name: Name,
    task: Parameters<Tasks[Name]>[0],
  ): Promise<Answer<Name>> => {
    const enqueuedAt = performance.now();
    const work = () => {
      startTask(enqueuedAt);
      return pool.run(task, { name });
    };
    return queue.run(network, work).catch(async (error) => {
      if (error instanceof Problem) await sleep(refusalMilliseconds());
      throw error;
    });
  };

  return {
    /**
     * Before work that ends with a hash, so that a flood of attempts does not reach the database.
     * @throws Problem `unavailable` if the queue is full
     */
    async requireRoom(network: string): Promise<void> {
      if (queue.hasRoom(network)) return;
      await sleep(refusalMilliseconds());
      throw queueIsFull();
    },

    hash: (password: string, network: string): Promise<string> => run(network, 'hash', { password, options }),

    /**
     * Hashes a new password.
     * @throws Problem `invalid_request` at `path` if the password policy refuses it
     */
    async hashNew(path: string, text: string, owner: PasswordOwner, network: string): Promise<string> {
      const message = await run(network, 'fault', { text, owner: { ...owner, serviceName } });
      if (message) throw invalidRequest([{ path, code: 'weak_password', message }]);
      return run(network, 'hash', { password: text, options });
    },

    /** Whether the password matches. Without a hash, or with one of a lower bcrypt cost, it takes as long. */
    matches: (password: string, hash: string | undefined, network: string): Promise<boolean> =>
      run(network, 'matches', { password, hash: hash ?? decoy, options }),

    /** Whether the hash should be replaced, because its kind or cost is not the current one. */
    isOutdated: (hash: string): boolean => isOutdated(hash, options),

    /** For the metrics: the tasks now, and those since the start with the time that they waited. */
    load: () => ({ ...queue.load(), started, waitedSeconds: waitedMilliseconds / 1000 }),

    close: (): Promise<void> => pool.destroy(),
  };
};

export type PasswordHasher = ReturnType<typeof createPasswordHasher>;
