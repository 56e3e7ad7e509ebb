import { me } from '@latchkey/contract/accounts';
import { type Client, ProblemError } from '@latchkey/contract/client';
import type { BodyInput, Endpoint } from '@latchkey/contract/endpoint';
import { changePassword } from '@latchkey/contract/passwords';
import type { ProblemCode } from '@latchkey/contract/problems';
import { logOut, refresh, type SignedIn, type signedIn } from '@latchkey/contract/sessions';
import type { User } from '@latchkey/contract/user';
import type * as z from 'zod/mini';
import type { FieldTexts } from './form-fields.ts';
import { lazyHttpClients } from './lazy-http-clients.ts';
import { retryWithBackoff } from './retry.ts';
import { createServerTime } from './server-time.ts';
import { createSessionStore } from './session-store.ts';
import { hasSignedInCookie } from './signed-in-cookie.ts';
import { createTabs } from './tabs.ts';

/** After these problems the refresh cookie is useless; after any other it may still be valid. */
const sessionEndedCodes: readonly ProblemCode[] = ['refresh_invalid', 'refresh_reused', 'session_ended'];
/** After these problems a new access token may help. */
const refreshCodes: readonly ProblemCode[] = ['token_missing', 'token_expired', 'token_invalid', 'token_revoked'];

const hasCode = (error: unknown, codes: readonly ProblemCode[]): error is ProblemError =>
  error instanceof ProblemError && codes.includes(error.problem.code);

/** An endpoint that starts a session. */
type SignInEndpoint = Endpoint & { readonly body: z.ZodMiniType; readonly response: typeof signedIn };

/**
 * The web app's API client. The access token lives in the session store of this page and of the other tabs; the refresh token
 * is a cookie that no script can read. There is no timer: the client refreshes when the API rejects an access token.
 */
export const createApi = () => {
  const tabs = createTabs();
  const time = createServerTime();
  const session = createSessionStore();
  const drafts = new Map<string, FieldTexts>();
  session.subscribe(() => {
    const current = session.get();
    if (current.status === 'signed_out' && current.reason === 'user') drafts.clear();
  });
  let refreshing: Promise<void> | undefined;
  let checkedAtMs = Number.NEGATIVE_INFINITY;

  const clients = lazyHttpClients({ accessToken: () => session.signedIn()?.access_token, onDate: time.update });
  // The client loads while the user types.
  window.addEventListener('input', () => clients().catch(() => {}), { once: true });

  const send: Client = async (endpoint, ...input) => (await clients()).send(endpoint, ...input);

  const startSession = (signedIn: SignedIn): void => {
    session.set({ status: 'signed_in', signedIn });
    tabs.broadcast(session.get());
  };
  const endSession = (reason: 'user' | 'ended' | 'reused'): void => {
    session.set({ status: 'signed_out', reason });
    tabs.broadcast(session.get());
  };
  tabs.onMessage(session.set);

  const refreshNow = async (): Promise<void> => {
    const { send, sendWithShortTimeout } = await clients();
    const quickRefresh = () => sendWithShortTimeout(refresh, { body: {} });
    try {
      startSession(await retryWithBackoff([quickRefresh, quickRefresh, () => send(refresh, { body: {} })]));
    } catch (error) {
      if (!hasCode(error, sessionEndedCodes)) throw error;
      endSession(error.problem.code === 'refresh_reused' ? 'reused' : 'ended');
    }
  };

  /**
   * Resumes the session of this browser, if it has one. Concurrent calls share one refresh.
   * @param rejected the tokens that the API no longer accepts; if another tab has sent newer ones, no refresh is needed
   */
  const resume = async (rejected: SignedIn | null): Promise<void> => {
    const current = session.signedIn();
    if (!hasSignedInCookie()) {
      if (current) session.set({ status: 'signed_out', reason: 'ended' });
      else if (session.get().status !== 'signed_out') session.set({ status: 'signed_out' });
      return;
    }
    if (current !== rejected) return;
    refreshing ??= tabs
      .withLock(async () => {
        if (session.signedIn() === rejected) await refreshNow();
      })
      .finally(() => {
        refreshing = undefined;
      });
    await refreshing;
  };

  /** Sends a request. If the API rejects the access token, refreshes it and sends the request once more. */
  const call: Client = async (endpoint, ...input) => {
    const used = session.signedIn();
    try {
      return await send(endpoint, ...input);
    } catch (error) {
      if (!hasCode(error, refreshCodes)) throw error;
      await resume(used);
      const user = session.signedIn()?.user;
      // If another user has signed in meanwhile, in another tab, the request is not theirs.
      if (!user || (used && used.user.id !== user.id)) throw error;
      return send(endpoint, ...input);
    }
  };

  /** Shows the changed user. If another user has signed in meanwhile, in another tab, nothing changes. */
  const setUser = (user: User): void => {
    const current = session.signedIn();
    if (current?.user.id === user.id) session.set({ status: 'signed_in', signedIn: { ...current, user } });
  };

  /** Asks the API who is signed in. */
  const checkSession = async (): Promise<void> => {
    checkedAtMs = performance.now();
    if (session.get().status === 'failed') session.set({ status: 'loading' });
    try {
      if (session.signedIn()) setUser(await call(me));
      else await resume(null);
    } catch (error) {
      if (session.get().status === 'loading') session.set({ status: 'failed', error });
    }
  };

  return {
    session,
    /** Unsaved edits of forms, by user. */
    drafts,
    call,
    setUser,
    checkSession,
    /** For when the user returns to the tab or opens another page. */
    recheckSession: async (): Promise<void> => {
      if (performance.now() - checkedAtMs > 30_000) await checkSession();
    },
    /** A valid access token, for the token inspector. */
    accessToken: async (): Promise<string> => {
      await call(me);
      return session.signedIn()?.access_token ?? '';
    },
    /** The server's time, in milliseconds since 1970. */
    now: time.now,
    /** Signs in this browser by any endpoint that starts a session. */
    // Under the lock: otherwise a refresh that started earlier could end later and restore the old cookie.
    signInWith: <E extends SignInEndpoint>(endpoint: E, body: BodyInput<E>): Promise<void> =>
      tabs.withLock(async () =>
        startSession(await send<SignInEndpoint>(endpoint, { body: { ...Object(body), delivery: 'cookie' } })),
      ),
    /** Sets a new refresh cookie; the next call that needs an access token refreshes. */
    changePassword: async (passwords: BodyInput<typeof changePassword>): Promise<void> => {
      // Refreshes first if necessary: a refresh inside the lock would wait for the lock.
      await call(me);
      await tabs.withLock(() => send(changePassword, { body: passwords }));
    },
    signOut: (): Promise<void> =>
      tabs.withLock(async () => {
        await send(logOut, { body: {} });
        endSession('user');
      }),
    /** For a deleted account: forgets the tokens, without a request and without a redirect to the sign-in page. */
    forgetSession: (): void => {
      tabs.broadcast({ status: 'signed_out', reason: 'user' });
      session.set({ status: 'loading' });
    },
  };
};

export type Api = ReturnType<typeof createApi>;
