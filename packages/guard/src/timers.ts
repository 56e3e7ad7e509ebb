import { setTimeout as wait } from 'node:timers/promises';

/** The guard's clock and timer. Tests replace them, to control when a time has passed. */
export type Timers = {
  /** A monotonic time in milliseconds. */
  readonly now: () => number;
  /** Resolves after this time, or when `signal` aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
};

/** A pending wait does not keep the process alive. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { ref: false, signal }).catch(() => {}),
};
