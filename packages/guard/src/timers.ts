import { setTimeout as wait } from 'node:timers/promises';

/** What the guard waits by. Replaced in tests, which decide when a time is over. */
export type Timers = {
  /** Milliseconds since some moment. Only ever grows. */
  readonly now: () => number;
  /** Settles after this time, or when `signal` aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
};

/** A pending wait does not keep the process alive. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, { ref: false, signal }).catch(() => {}),
};
