import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './latchkey.ts';

/** `sleep` waits in real time and ends at every turn, so that nobody waits for a time that the clock has passed. */
export const createClock = (): Clock & {
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
} => {
  let aheadMilliseconds = 0;
  let untilTurn = new AbortController();
  return {
    now: () => new Date(Date.now() + aheadMilliseconds),
    turn(seconds) {
      if (!(seconds >= 0)) throw new TypeError('seconds: a number from 0');
      aheadMilliseconds += seconds * 1000;
      untilTurn.abort();
      untilTurn = new AbortController();
    },
    sleep(milliseconds, signal) {
      const ends = signal ? AbortSignal.any([signal, untilTurn.signal]) : untilTurn.signal;
      return wait(milliseconds, undefined, { ref: false, signal: ends }).catch(() => {});
    },
  };
};
