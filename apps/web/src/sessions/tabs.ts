import type { SignedIn } from '@latchkey/contract/sessions';

/**
 * What the tabs of one browser do together. A browser without locks or channels (an old one, or plain http) does without:
 * its tabs may then refresh at the same time, which the API forgives.
 */
export const createTabs = () => {
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('latchkey.session') : undefined;
  return {
    /** Runs work that may change the cookie while no other tab does. */
    inTurn: <Result>(work: () => Promise<Result>): Promise<Result> =>
      'locks' in navigator ? navigator.locks.request('latchkey.refresh', () => work()) : work(),

    /** Hands other tabs what is now signed in: from memory to memory, never through storage. */
    tell: (grant: SignedIn | null): void => channel?.postMessage(grant),

    hear(listener: (grant: SignedIn | null) => void): void {
      channel?.addEventListener('message', ({ data }) => listener(data));
    },
  };
};
