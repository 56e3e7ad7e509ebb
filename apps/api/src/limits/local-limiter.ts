import { createHash, randomUUID } from 'node:crypto';
import type { Rate } from '@latchkey/contract/limits';
import { addSeconds, type Clock } from '../clock.ts';
import { tooManyAttempts } from '../problem.ts';

type Needs = {
  readonly clock: Clock;
  /** Above this number of callers in one window, new callers share counters. 50,000 take about 10 MB. */
  readonly maxCallers?: number;
};
type Window = { count: number; readonly until: Date };

/** A caller that shares a counter is slowed down only by the callers with the same hash. */
const sharedCounters = 512;

/**
 * Counts calls in this process alone, for calls that need no database and must not wait for one. Memory is bounded, and
 * no counter is dropped before its window ends: a flood from many addresses does not reset anyone's count.
 */
export const createLocalLimiter = ({ clock, maxCallers = 50_000 }: Needs) => {
  const windows = new Map<string, Window>();
  // Unpredictable, so that nobody can choose addresses that share a counter with a given caller.
  const salt = randomUUID();

  const removeExpired = (now: Date): void => {
    for (const [name, { until }] of windows) {
      if (until > now) return;
      windows.delete(name);
    }
  };

  const counterFor = (name: string, now: Date): string => {
    if (windows.has(name)) return name;
    if (windows.size >= maxCallers) removeExpired(now);
    if (windows.size < maxCallers) return name;
    const hash = createHash('sha256').update(`${salt}\n${name}`).digest();
    return `shared ${hash.readUInt32BE() % sharedCounters}`;
  };

  /** @throws a `too_many_attempts` problem */
  return ({ limit, seconds }: Rate, name: string): void => {
    const now = clock();
    const counter = counterFor(name, now);
    let window = windows.get(counter);
    if (!window || window.until <= now) {
      window = { count: 0, until: addSeconds(now, seconds) };
      // Deleted first, so that the map stays ordered by the end of the windows.
      windows.delete(counter);
      windows.set(counter, window);
    }
    if (window.count >= limit) throw tooManyAttempts(now, window.until);
    window.count += 1;
  };
};

export type LocalLimiter = ReturnType<typeof createLocalLimiter>;
