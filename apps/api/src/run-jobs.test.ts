import { expect, it } from 'vitest';
import { createTime } from '../testing/time.ts';
import { runJobs } from './run-jobs.ts';

const start = (run: () => Promise<void>) => {
  const time = createTime();
  const faults: Error[] = [];
  const ending = new AbortController();
  const { signal } = ending;
  runJobs({ job: { everySeconds: 1, run } }, { sleep: time.sleep, onFault: (fault) => faults.push(fault), signal });
  return { time, faults, stop: () => ending.abort() };
};

it('a job that takes longer than its interval does not overlap with itself', async () => {
  let runs = 0;
  let finish = (): void => {};
  const { time, stop } = start(() => {
    runs += 1;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  time.pass(1000);
  await expect.poll(() => runs).toBe(1);
  time.pass(60_000);
  expect([runs, time.sleeping()]).toEqual([1, 0]);
  finish();
  await expect.poll(time.sleeping).toBe(1);
  time.pass(1000);
  await expect.poll(() => runs).toBe(2);
  stop();
});

it('a job that fails is reported, and runs again', async () => {
  let runs = 0;
  const { time, faults, stop } = start(async () => {
    runs += 1;
    throw new Error(`run ${runs}`);
  });
  for (const run of [1, 2]) {
    time.pass(1000);
    await expect.poll(() => faults.length).toBe(run);
    await expect.poll(time.sleeping).toBe(1);
  }
  stop();
  time.pass(1000);
  expect(runs).toBe(2);
});
