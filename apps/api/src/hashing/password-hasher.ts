import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { PasswordOwner } from '@latchkey/password-policy';
import { Piscina } from 'piscina';
import { invalidRequest, Problem } from '../problem.ts';
import { decoyHash } from './bcrypt-sha256.ts';
import { createFairQueue } from './fair-queue.ts';
import type * as worker from './hash-worker.ts';
import { isOutdated, type Making } from './password-hash.ts';

/** The bundle has the worker beside it, already in JavaScript. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js', import.meta.url),
);

/** How many wait at most for each thread: at 0.3 s a hash, the last of them waits about 5 s. */
const queuePerThread = 16;
/** Each thread has its next task at hand, and does not wait for us between two. */
const tasksPerThread = 2;

type Tasks = typeof worker;
type Answer<Name extends keyof Tasks> = Awaited<ReturnType<Tasks[Name]>>;

const tooManyWait = (): Problem =>
  new Problem('unavailable', 'Too many people are signing in at this moment. Try again in a few seconds.', {
    retryAfterSeconds: 5,
  });

/**
 * Hashes passwords in threads of their own, one for each core, so that a storm of sign-ins never stalls other requests.
 * Networks share the threads fairly: each task names the network that it is for (`networkOf`). When too many wait, tasks are
 * refused with `unavailable` and a time to come back.
 */
export const createPasswordHasher = (making: Making, threads = availableParallelism()) => {
  const pool = new Piscina({
    filename: workerFile,
    minThreads: 0,
    maxThreads: threads,
    concurrentTasksPerWorker: tasksPerThread,
    idleTimeout: 30_000,
  });
  const decoy = decoyHash(making.bcryptCost);
  const inTurn = createFairQueue({
    concurrency: threads * tasksPerThread,
    maxWaiting: threads * queuePerThread,
    refusal: tooManyWait,
  });

  const run = <Name extends keyof Tasks>(
    network: string,
    name: Name,
    task: Parameters<Tasks[Name]>[0],
  ): Promise<Answer<Name>> => inTurn(network, () => pool.run(task, { name }));

  return {
    hash: (password: string, network: string): Promise<string> => run(network, 'hash', { password, making }),

    /** Hashes a password that is to be set, unless it would be guessed early: then the problem says why, at `path`. */
    async hashNew(path: string, text: string, owner: PasswordOwner, network: string): Promise<string> {
      const message = await run(network, 'fault', { text, owner });
      if (message) throw invalidRequest([{ path, message }]);
      return run(network, 'hash', { password: text, making });
    },

    /** Whether the password fits. Costs as much where there is no hash at all, or one of a lower cost of bcrypt's. */
    matches: (password: string, hash: string | undefined, network: string): Promise<boolean> =>
      run(network, 'matches', { password, hash: hash ?? decoy, making }),

    /** Whether the hash was made in another way than today's, and should be made again. */
    isOutdated: (hash: string): boolean => isOutdated(hash, making),

    close: (): Promise<void> => pool.destroy(),
  };
};

export type PasswordHasher = ReturnType<typeof createPasswordHasher>;
