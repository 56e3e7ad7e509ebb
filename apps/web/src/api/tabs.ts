import type { Session } from './session-store.ts';

/** How long a tab waits for the lock. The API accepts concurrent refreshes for ten seconds (docs/decisions/0003). */
const maxWaitMs = 5_000;

/** Some browsers have no channels, and some refuse them when cookies are blocked. */
const openChannel = (): BroadcastChannel | undefined => {
  try {
    return new BroadcastChannel('latchkey.session');
  } catch {
    return undefined;
  }
};

/**
 * Coordinates the tabs of one browser. Without locks or channels, tabs may refresh at the same time, which the API
 * accepts.
 */
export const createTabs = () => {
  const channel = openChannel();
  return {
    /** Runs work that may change the refresh cookie, in one tab at a time. */
    async withLock<Result>(work: () => Promise<Result>): Promise<Result> {
      let running: Promise<Result> | undefined;
      const run = (): Promise<Result> => {
        running ??= work();
        return running;
      };
      try {
        await navigator.locks.request('latchkey.refresh', { signal: AbortSignal.timeout(maxWaitMs) }, run);
      } catch {
        // No locks, locks refused, or the wait timed out. An error of the work itself is thrown below.
      }
      return run();
    },

    /** Sends the session to the other tabs: from memory to memory, never through storage. */
    broadcast: (session: Session): void => channel?.postMessage(session),

    onMessage(listener: (session: Session) => void): void {
      channel?.addEventListener('message', ({ data }) => listener(data));
    },
  };
};
