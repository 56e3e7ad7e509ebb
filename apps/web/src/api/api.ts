import { me, register } from '@latchkey/contract/accounts';
import { createClient } from '@latchkey/contract/axios-client';
import { type Client, ConnectionError, ProblemError } from '@latchkey/contract/client';
import type { BodyInput } from '@latchkey/contract/endpoint';
import { changePassword } from '@latchkey/contract/passwords';
import type { ProblemCode } from '@latchkey/contract/problems';
import { logIn, logOut, refresh, type SignedIn } from '@latchkey/contract/sessions';
import type { User } from '@latchkey/contract/user';
import { lengthInWords } from '../ui/time-in-words.ts';
import { loadTwice, reachServer } from './lazy-page.ts';
import { retryWithBackoff } from './retry.ts';
import { createServerTime } from './server-time.ts';
import { hasSignedInCookie } from './signed-in-cookie.ts';
import { createTabs } from './tabs.ts';

/** After these the refresh cookie is of no use any more; after anything else it may still be. */
const endsSession: readonly ProblemCode[] = ['refresh_invalid', 'refresh_reused', 'session_ended'];
/** These say that another access token might do. */
const wantsRefresh: readonly ProblemCode[] = ['token_missing', 'token_expired', 'token_invalid', 'token_revoked'];

/**
 * The web app's side of the API. The access token lives in this closure, and in that of the other tabs; the refresh token
 * is a cookie that no script can read. There is no timer: the API says when an access token no longer does.
 * @param showUser told of everybody who is signed in here, and of nobody, whichever tab it happened in
 */
export const createApi = (showUser: (user: User | null) => void) => {
  const tabs = createTabs();
  const time = createServerTime();
  let current: SignedIn | null = null;
  let refreshing: Promise<User | null> | undefined;
  let loading: ReturnType<typeof loadClients> | undefined;

  const loadClients = async () => {
    const { default: axios } = await loadTwice(() => import('axios'));
    const make = (timeout: number): Client => {
      const http = axios.create({ timeout });
      http.interceptors.request.use((request) => {
        if (current) request.headers.set('Authorization', `Bearer ${current.access_token}`);
        return request;
      });
      http.interceptors.response.use((answer) => {
        time.learn(answer.headers.date);
        return answer;
      });
      return createClient(http);
    };
    // The API forgives a spent refresh token for ten seconds: a lost answer must be asked for again within them.
    return { send: make(20_000), sendInHaste: make(4_000) };
  };

  // A stranger sees the sign-in form without axios, which is a sixth of all code; it loads while they type.
  const clients = () => {
    loading ??= loadClients().catch(async (error) => {
      loading = undefined;
      await reachServer().catch((cause) => {
        throw new ConnectionError(cause);
      });
      // The file is gone since an update: the page has to be loaded again, and `inWords` says so.
      throw error;
    });
    return loading;
  };
  window.addEventListener('input', () => clients().catch(() => {}), { once: true });

  const send: Client = async (endpoint, ...input) => (await clients()).send(endpoint, ...input);

  const begin = (signedIn: SignedIn): User => {
    current = signedIn;
    tabs.broadcast(signedIn);
    showUser(signedIn.user);
    return signedIn.user;
  };
  const end = (): void => {
    current = null;
    tabs.broadcast(null);
  };
  tabs.onMessage((signedIn) => {
    current = signedIn;
    showUser(signedIn?.user ?? null);
  });

  const refreshNow = async (): Promise<User | null> => {
    const { send, sendInHaste } = await clients();
    const soon = () => sendInHaste(refresh, { body: {} });
    try {
      return begin(await retryWithBackoff([soon, soon, () => send(refresh, { body: {} })]));
    } catch (error) {
      if (!(error instanceof ProblemError && endsSession.includes(error.problem.code))) throw error;
      end();
      showUser(null);
      return null;
    }
  };

  /**
   * Takes up the session of this browser, if it has one: one refresh at a time, whoever asks.
   * @param spent the grant that no longer does; where another tab has handed over a newer one, that is it
   */
  const resume = async (spent: SignedIn | null = current): Promise<User | null> => {
    if (!hasSignedInCookie()) current = null;
    if (current !== spent || !hasSignedInCookie()) return current?.user ?? null;
    refreshing ??= tabs
      .withLock(async () => (current !== spent ? (current?.user ?? null) : refreshNow()))
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  /** Sends a request with the access token; where that one no longer does, once more with the next. */
  const call: Client = async (endpoint, ...input) => {
    const sentWith = current;
    try {
      return await send(endpoint, ...input);
    } catch (error) {
      if (!(error instanceof ProblemError && wantsRefresh.includes(error.problem.code))) throw error;
      const user = await resume(sentWith);
      // Who signed in meanwhile, in another tab, did not ask for this.
      if (!user || (sentWith && sentWith.user.id !== user.id)) throw error;
      return send(endpoint, ...input);
    }
  };

  return {
    call,
    resume: () => resume(),
    /** Who is signed in as far as this page knows. */
    user: (): User | null => current?.user ?? null,
    /** The access token itself, for its owner to look at, alive. */
    ownToken: async (): Promise<string> => {
      await call(me);
      return current?.access_token ?? '';
    },
    /** What time it is for the server, in milliseconds since 1970. */
    now: time.now,
    // Each takes its turn: an older refresh that ends in between would bring the cookie of before back.
    logIn: (credentials: BodyInput<typeof logIn>): Promise<User> =>
      tabs.withLock(async () => begin(await send(logIn, { body: { ...credentials, delivery: 'cookie' } }))),
    register: (registration: BodyInput<typeof register>): Promise<User> =>
      tabs.withLock(async () => begin(await send(register, { body: { ...registration, delivery: 'cookie' } }))),
    /** Renews the session: its cookie is another afterwards, and the access token is fetched anew when it is needed. */
    changePassword: async (passwords: BodyInput<typeof changePassword>): Promise<void> => {
      // So that nothing has to be refreshed within the turn.
      await call(me);
      await tabs.withLock(() => send(changePassword, { body: passwords }));
    },
    logOut: (): Promise<void> =>
      tabs.withLock(async () => {
        await send(logOut, { body: {} });
        end();
        showUser(null);
      }),
    /** The account was deleted: nothing is left to sign out of. This page goes elsewhere by itself. */
    forget: end,
  };
};

export type Api = ReturnType<typeof createApi>;

/** For `catch` after ending or revoking: where there is nothing more to end, that is as good. */
export const ignoreNotFound = (error: unknown): void => {
  if (!(error instanceof ProblemError && error.problem.code === 'not_found')) throw error;
};

/** What went wrong, for the person who sees it, with what to do next. */
export const errorMessage = (error: unknown): string => {
  if (error instanceof ConnectionError) return 'The server cannot be reached. Check your connection, then try again.';
  if (!(error instanceof ProblemError)) return 'Something went wrong in this page. Load it again.';
  const { problem, retryAfterSeconds } = error;
  const detail = problem.code === 'internal_error' ? 'Something went wrong on our side. Try again.' : problem.detail;
  return retryAfterSeconds ? `${detail} Try again in ${lengthInWords(retryAfterSeconds)}.` : detail;
};
