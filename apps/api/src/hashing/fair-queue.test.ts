import { expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const start = (concurrency: number, maxWaiting: number) => {
  const { run } = createFairQueue({ concurrency, maxWaiting, refusal: () => new Error('no room') });
  const running: { readonly name: string; readonly finish: () => void }[] = [];
  const started: string[] = [];
  const refused: string[] = [];
  const add = (caller: string, count: number): void => {
    for (let n = 1; n <= count; n++) {
      const name = `${caller}${n}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      const work = (): Promise<void> => {
        started.push(name);
        running.push({ name, finish: resolve });
        return promise;
      };
      run(caller, work).catch(() => refused.push(name));
    }
  };
  /** Ends the task that has run for longest, so that the next one starts. */
  const finishOne = async (): Promise<void> => {
    running.shift()?.finish();
    await new Promise(setImmediate);
  };
  const finishAll = async (): Promise<void> => {
    while (running.length > 0) await finishOne();
  };
  return { add, finishOne, finishAll, started, refused };
};

it('a caller with one task waits for one other, even if another caller has many', async () => {
  const { add, finishOne, started } = start(2, 100);
  add('a', 30);
  add('b', 1);
  await finishOne();
  expect(started).toEqual(['a1', 'a2', 'b1']);
});

it('callers take turns, and each caller’s tasks keep their order', async () => {
  const { add, finishAll, started, refused } = start(1, 100);
  add('a', 3);
  add('b', 3);
  add('c', 1);
  await finishAll();
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'b3']);
  expect(refused).toEqual([]);
});

it('when the queue is full, the caller with the most tasks loses its newest', async () => {
  const { add, finishAll, started, refused } = start(1, 4);
  add('a', 5);
  add('b', 2);
  add('c', 1);
  await finishAll();
  expect(refused).toEqual(['a5', 'a4', 'a3']);
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'b2']);
});

it('a caller does not displace one with as few tasks as itself', async () => {
  const { add, finishAll, started, refused } = start(1, 2);
  add('a', 1);
  add('b', 1);
  add('c', 1);
  add('d', 1);
  add('c', 1);
  await finishAll();
  expect(refused).toEqual(['d1', 'c1']);
  expect(started).toEqual(['a1', 'b1', 'c1']);
});

it('a task that fails makes room for the next', async () => {
  const { run } = createFairQueue({ concurrency: 1, maxWaiting: 1, refusal: () => new Error('no room') });
  const failing = run('a', () => Promise.reject(new Error('broken')));
  const next = run('a', async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
