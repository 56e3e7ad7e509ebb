import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import * as argon2id from '../../apps/api/src/hashing/argon2id.ts';

const password = 'seven purple kettles';

/** Each kind of hash, without a server. */
const kinds = {
  bcryptjs: async () => {
    const hash = bcrypt.hashSync(password, 12);
    return () => bcrypt.compareSync(password, hash);
  },
  argon2id: async () => {
    const hash = await argon2id.hashPassword(password);
    return () => argon2id.verifyPassword(password, hash);
  },
};
type Work = { readonly kind: keyof typeof kinds; readonly seconds: number };

if (!isMainThread) {
  const { kind, seconds } = workerData as Work;
  const compare = await kinds[kind]();
  const moments: number[] = [];
  for (const until = Date.now() + seconds * 1000; Date.now() < until; ) {
    await compare();
    moments.push(Date.now());
  }
  parentPort?.postMessage(moments);
}

/**
 * Compares repeatedly, in one thread per core.
 * @returns the completion times of the comparisons, in milliseconds
 */
export const compareAlone = async (kind: Work['kind'], seconds: number): Promise<number[]> => {
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { kind, seconds } satisfies Work });
    return new Promise<number[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  return (await Promise.all(workers)).flat();
};
