import type { SignedIn } from '@latchkey/contract/sessions';

/** Who is signed in, as far as this page knows. The access token is in memory only. */
export type Session =
  | { readonly status: 'loading' }
  /** The API did not answer, so the browser may still have a session. */
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'signed_in'; readonly signedIn: SignedIn }
  /** `reason`: the user signed out, or the session ended or was ended because its token was used twice. */
  | { readonly status: 'signed_out'; readonly reason?: 'user' | 'ended' | 'reused' };

/** Holds the session, for `useSyncExternalStore`. */
export const createSessionStore = () => {
  let session: Session = { status: 'loading' };
  const listeners = new Set<() => void>();
  return {
    get: (): Session => session,
    signedIn: (): SignedIn | null => (session.status === 'signed_in' ? session.signedIn : null),
    set(next: Session): void {
      session = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
