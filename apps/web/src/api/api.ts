import { me, register } from '@latchkey/contract/accounts';
import { createClient } from '@latchkey/contract/axios-client';
import { type Client, ConnectionError, ProblemError } from '@latchkey/contract/client';
import type { BodyInput } from '@latchkey/contract/endpoint';
import { changePassword } from '@latchkey/contract/passwords';
import type { ProblemCode } from '@latchkey/contract/problems';
import { logIn, logOut, refresh, type SignedIn } from '@latchkey/contract/sessions';
import type { User } from '@latchkey/contract/user';
import { formatDuration } from '../ui/format-time.ts';
import { loadWithRetry, pingServer } from './lazy-page.ts';
import { retryWithBackoff } from './retry.ts';
import { createServerTime } from './server-time.ts';
import { hasSignedInCookie } from './signed-in-cookie.ts';
import { createTabs } from './tabs.ts';

/** After these problems the refresh cookie is useless; after any other it may still be valid. */
const sessionEndedCodes: readonly ProblemCode[] = ['refresh_invalid', 'refresh_reused', 'session_ended'];
/** After these problems a new access token may help. */
const refreshCodes: readonly ProblemCode[] = ['token_missing', 'token_expired', 'token_invalid', 'token_revoked'];

/**
 * The web app's API client. The access token lives in this closure, and in that of the other tabs; the refresh token is a
 * cookie that no script can read. There is no timer: the client refreshes when the API rejects an access token.
 * @param setSessionUser called with the user, or null, after a sign-in or sign-out in any tab
 */
export const createApi = (setSessionUser: (user: User | null) => void) => {
  const tabs = createTabs();
  const time = createServerTime();
  let current: SignedIn | null = null;
  let refreshing: Promise<User | null> | undefined;
  let loading: ReturnType<typeof loadClients> | undefined;

  const loadClients = async () => {
    const { default: axios } = await loadWithRetry(() => import('axios'));
    const make = (timeout: number): Client => {
      const http = axios.create({ timeout });
      http.interceptors.request.use((request) => {
        if (current) request.headers.set('Authorization', `Bearer ${current.access_token}`);
        return request;
      });
      http.interceptors.response.use((response) => {
        time.update(response.headers.date);
        return response;
      });
      return createClient(http);
    };
    // The API accepts a used refresh token for ten more seconds: after a lost response, the client must retry within them.
    return { send: make(20_000), sendWithShortTimeout: make(4_000) };
  };

  // The sign-in form appears without axios, a sixth of all code; it loads while the user types.
  const clients = () => {
    loading ??= loadClients().catch(async (error) => {
      loading = undefined;
      await pingServer().catch((cause) => {
        throw new ConnectionError(cause);
      });
      // The chunk is gone after a deployment: `errorMessage` asks the user to reload the page.
      throw error;
    });
    return loading;
  };
  window.addEventListener('input', () => clients().catch(() => {}), { once: true });

  const send: Client = async (endpoint, ...input) => (await clients()).send(endpoint, ...input);

  const startSession = (signedIn: SignedIn): User => {
    current = signedIn;
    tabs.broadcast(signedIn);
    setSessionUser(signedIn.user);
    return signedIn.user;
  };
  const clearSession = (): void => {
    current = null;
    tabs.broadcast(null);
  };
  tabs.onMessage((signedIn) => {
    current = signedIn;
    setSessionUser(signedIn?.user ?? null);
  });

  const refreshNow = async (): Promise<User | null> => {
    const { send, sendWithShortTimeout } = await clients();
    const quickRefresh = () => sendWithShortTimeout(refresh, { body: {} });
    try {
      return startSession(await retryWithBackoff([quickRefresh, quickRefresh, () => send(refresh, { body: {} })]));
    } catch (error) {
      if (!(error instanceof ProblemError && sessionEndedCodes.includes(error.problem.code))) throw error;
      clearSession();
      setSessionUser(null);
      return null;
    }
  };

  /**
   * Resumes the session of this browser, if it has one. Concurrent calls share one refresh.
   * @param rejected the tokens that the API no longer accepts; if another tab has sent newer ones, no refresh is needed
   */
  const resume = async (rejected: SignedIn | null = current): Promise<User | null> => {
    if (!hasSignedInCookie()) current = null;
    if (current !== rejected || !hasSignedInCookie()) return current?.user ?? null;
    refreshing ??= tabs
      .withLock(async () => (current !== rejected ? (current?.user ?? null) : refreshNow()))
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  /** Sends a request. If the API rejects the access token, refreshes it and sends the request once more. */
  const call: Client = async (endpoint, ...input) => {
    const used = current;
    try {
      return await send(endpoint, ...input);
    } catch (error) {
      if (!(error instanceof ProblemError && refreshCodes.includes(error.problem.code))) throw error;
      const user = await resume(used);
      // If another user has signed in meanwhile, in another tab, the request is not theirs.
      if (!user || (used && used.user.id !== user.id)) throw error;
      return send(endpoint, ...input);
    }
  };

  return {
    call,
    resume: () => resume(),
    /** The signed-in user as far as this page knows, without a request. */
    user: (): User | null => current?.user ?? null,
    /** A valid access token, for the token inspector. */
    accessToken: async (): Promise<string> => {
      await call(me);
      return current?.access_token ?? '';
    },
    /** The server's time, in milliseconds since 1970. */
    now: time.now,
    // Under the lock: otherwise a refresh that started earlier could end later and restore the old cookie.
    logIn: (credentials: BodyInput<typeof logIn>): Promise<User> =>
      tabs.withLock(async () => startSession(await send(logIn, { body: { ...credentials, delivery: 'cookie' } }))),
    register: (registration: BodyInput<typeof register>): Promise<User> =>
      tabs.withLock(async () => startSession(await send(register, { body: { ...registration, delivery: 'cookie' } }))),
    /** Sets a new refresh cookie; the next call that needs an access token refreshes. */
    changePassword: async (passwords: BodyInput<typeof changePassword>): Promise<void> => {
      // Refreshes first if necessary: a refresh inside the lock would wait for the lock.
      await call(me);
      await tabs.withLock(() => send(changePassword, { body: passwords }));
    },
    logOut: (): Promise<void> =>
      tabs.withLock(async () => {
        await send(logOut, { body: {} });
        clearSession();
        setSessionUser(null);
      }),
    /** For a deleted account: forgets the tokens, without a request and without a redirect to the sign-in page. */
    clearSession,
  };
};

export type Api = ReturnType<typeof createApi>;

/** For `catch` after ending a session or revoking a token: if it no longer exists, the goal is reached. */
export const ignoreNotFound = (error: unknown): void => {
  if (!(error instanceof ProblemError && error.problem.code === 'not_found')) throw error;
};

/** An error as a message for the user, with what to do next. */
export const errorMessage = (error: unknown): string => {
  if (error instanceof ConnectionError) return 'Can’t reach the server. Check your connection and try again.';
  if (!(error instanceof ProblemError)) return 'Something went wrong. Reload the page.';
  const { problem, retryAfterSeconds } = error;
  const detail = problem.code === 'internal_error' ? 'Something went wrong on our side. Try again.' : problem.detail;
  return retryAfterSeconds ? `${detail} Try again in ${formatDuration(retryAfterSeconds)}.` : detail;
};
