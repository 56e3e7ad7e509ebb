import { register } from '@latchkey/contract/accounts';
import { type Client, ConnectionError, createClient, ProblemError } from '@latchkey/contract/client';
import type { BodyInput } from '@latchkey/contract/endpoint';
import type { ProblemCode } from '@latchkey/contract/problems';
import { logIn, logOut, refresh, type SignedIn } from '@latchkey/contract/sessions';
import type { User } from '@latchkey/contract/user';

/** After these the refresh cookie is of no use any more; after anything else it may still be. */
const endsSession: readonly ProblemCode[] = ['refresh_invalid', 'refresh_reused', 'session_ended'];
/** These say that another access token might do. */
const wantsRefresh: readonly ProblemCode[] = ['token_missing', 'token_expired', 'token_invalid', 'token_revoked'];

/** Remembers that this browser has a session, so that strangers are not asked about one. It says nothing else. */
const hint = {
  key: 'latchkey.session',
  exists: (): boolean => localStorage.getItem(hint.key) !== null,
  set: (isSignedIn: boolean): void =>
    isSignedIn ? localStorage.setItem(hint.key, 'yes') : localStorage.removeItem(hint.key),
};

/**
 * The web app's side of the API. The access token lives in this closure and nowhere else; the refresh token is a cookie
 * that no script can read.
 */
export const createApi = () => {
  let accessToken: string | undefined;
  let refreshing: Promise<User | null> | undefined;
  let loading: Promise<Client> | undefined;

  const loadClient = async (): Promise<Client> => {
    const { default: axios } = await import('axios');
    const http = axios.create({ timeout: 20_000 });
    http.interceptors.request.use((request) => {
      if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`);
      return request;
    });
    return createClient(http);
  };

  // A stranger sees the sign-in form without axios, which is a sixth of all code; it loads while they type.
  const client = (): Promise<Client> => {
    loading ??= loadClient().catch((error) => {
      loading = undefined;
      throw new ConnectionError(error);
    });
    return loading;
  };
  window.addEventListener('input', () => client().catch(() => {}), { once: true });

  const send: Client = async (endpoint, ...input) => (await client())(endpoint, ...input);

  const begin = ({ access_token, user }: SignedIn): User => {
    accessToken = access_token;
    hint.set(true);
    return user;
  };
  const end = (): void => {
    accessToken = undefined;
    hint.set(false);
  };

  const refreshNow = async (): Promise<User | null> => {
    try {
      return begin(await send(refresh, {}));
    } catch (error) {
      if (!(error instanceof ProblemError && endsSession.includes(error.problem.code))) throw error;
      end();
      return null;
    }
  };

  /** Takes up the session of this browser, if it has one. Calls at the same time share one refresh. */
  const resume = async (): Promise<User | null> => {
    if (!hint.exists()) return null;
    refreshing ??= refreshNow().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  /** Sends a request with the access token; where that one no longer does, once more with the next. */
  const call: Client = async (endpoint, ...input) => {
    try {
      return await send(endpoint, ...input);
    } catch (error) {
      const mayBeMended = error instanceof ProblemError && wantsRefresh.includes(error.problem.code);
      if (!mayBeMended || !(await resume())) throw error;
      return send(endpoint, ...input);
    }
  };

  return {
    call,
    resume,
    logIn: async (credentials: BodyInput<typeof logIn>): Promise<User> =>
      begin(await send(logIn, { ...credentials, delivery: 'cookie' })),
    register: async (registration: BodyInput<typeof register>): Promise<User> =>
      begin(await send(register, { ...registration, delivery: 'cookie' })),
    logOut: async (): Promise<void> => {
      await send(logOut, {});
      end();
    },
    /** The account was deleted: nothing is left to sign out of. */
    forget: end,
  };
};

export type Api = ReturnType<typeof createApi>;

const waitInWords = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;

/** What went wrong, for the person who sees it, with what to do next. */
export const inWords = (error: unknown): string => {
  if (error instanceof ConnectionError) return 'The server cannot be reached. Check your connection, then try again.';
  if (!(error instanceof ProblemError)) return 'Something went wrong in this page. Load it again.';
  const { problem, retryAfterSeconds } = error;
  const detail = problem.code === 'internal_error' ? 'Something went wrong on our side. Try again.' : problem.detail;
  return retryAfterSeconds ? `${detail} Try again in ${waitInWords(retryAfterSeconds)}.` : detail;
};
