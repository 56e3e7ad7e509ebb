import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

/** What bcryptjs does by itself, with nothing around it: one thread for each core, each comparing again and again. */
if (!isMainThread) {
  const { cost, milliseconds } = workerData as { cost: number; milliseconds: number };
  const hash = bcrypt.hashSync('seven purple kettles', cost);
  const times: number[] = [];
  for (const until = Date.now() + milliseconds; Date.now() < until; ) {
    bcrypt.compareSync('seven purple kettles', hash);
    times.push(Date.now());
  }
  parentPort?.postMessage(times);
}

/** @returns the moments at which a comparison was done, in milliseconds */
export const compareAlone = async (cost: number, seconds: number): Promise<number[]> => {
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { cost, milliseconds: seconds * 1000 } });
    return new Promise<number[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  return (await Promise.all(workers)).flat();
};
