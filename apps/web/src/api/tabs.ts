import type { SignedIn } from '@latchkey/contract/sessions';

/** How long a tab waits for its turn. The API forgives two refreshes at once for ten seconds (docs/decisions/0003). */
const maxWaitMs = 5_000;

/** Some browsers have none, and others refuse it where cookies are blocked. */
const openChannel = (): BroadcastChannel | undefined => {
  try {
    return new BroadcastChannel('latchkey.session');
  } catch {
    return undefined;
  }
};

/**
 * What the tabs of one browser do together. A browser without locks or channels does without: its tabs may then refresh at
 * the same time, which the API forgives.
 */
export const createTabs = () => {
  const channel = openChannel();
  return {
    /** Runs work that may change the cookie while no other tab does. */
    async withLock<Result>(work: () => Promise<Result>): Promise<Result> {
      let running: Promise<Result> | undefined;
      const run = (): Promise<Result> => {
        running ??= work();
        return running;
      };
      try {
        await navigator.locks.request('latchkey.refresh', { signal: AbortSignal.timeout(maxWaitMs) }, run);
      } catch {
        // There are no locks, they are refused, or another tab keeps this one. An error of the work itself is thrown below.
      }
      return run();
    },

    /** Hands other tabs what is now signed in: from memory to memory, never through storage. */
    broadcast: (signedIn: SignedIn | null): void => channel?.postMessage(signedIn),

    onMessage(listener: (signedIn: SignedIn | null) => void): void {
      channel?.addEventListener('message', ({ data }) => listener(data));
    },
  };
};
