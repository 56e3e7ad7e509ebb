import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from './faults.ts';

type Wait = { readonly milliseconds: number; readonly onWait?: () => void };

/** Retries while another process holds SQLite's lock. It waits outside the event loop, unlike the driver. */
export const retryWhileLocked = async <Result>(work: () => Result, { milliseconds, onWait }: Wait): Promise<Result> => {
  const deadline = performance.now() + milliseconds;
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!hasCode(error, /^SQLITE_BUSY/) || performance.now() > deadline) throw error;
    }
    if (attempt === 1) onWait?.();
    await sleep(10);
  }
};
