import * as oauth from 'oauth4webapi';
import { retry } from './retry.ts';
import { createTokenStorage, type Tokens, type User } from './token-storage.ts';

export type { User } from './token-storage.ts';

export type Options = {
  /** The public URL of Latchkey, such as `https://accounts.example.com`. */
  readonly issuer: string;
  /** What `pnpm apps add` prints: `app_…`. */
  readonly clientId: string;
  /** Default: `/callback` of this origin. */
  readonly redirectUri?: string;
  /** Where Latchkey sends the browser after signing out. It must be registered. Default: Latchkey's own page. */
  readonly postLogoutRedirectUri?: string;
  /** Default: `openid profile email offline_access`. */
  readonly scope?: string;
  /** Default: `localStorage`, which all tabs share. With `sessionStorage` each tab signs in separately. */
  readonly storage?: Storage;
};

/** The user must sign in: nobody is signed in, or the session has ended. */
export class SignInRequired extends Error {
  override name = 'SignInRequired';
}

type Attempt = { readonly verifier: string; readonly nonce: string; readonly returnTo: string };

/** A path of this app; anything else leads home. */
const ownPath = (path: string): string =>
  URL.canParse(path, window.location.origin) && new URL(path, window.location.origin).origin === window.location.origin
    ? path
    : '/';

/** Signs people in to this app with Latchkey: the authorization code flow with PKCE, and one refresh for all tabs. */
export const createLatchkey = (options: Options) => {
  const { issuer, clientId, scope = 'openid profile email offline_access' } = options;
  const { redirectUri = `${window.location.origin}/callback`, postLogoutRedirectUri, storage = localStorage } = options;
  const client: oauth.Client = { client_id: clientId };
  const key = `latchkey:${clientId}`;
  const attemptKey = (state: string): string => `${key}:${state}`;
  const tokens = createTokenStorage(storage, key);
  // In development Latchkey has no TLS.
  const http = { [oauth.allowInsecureRequests]: issuer.startsWith('http:') };

  let discovered: Promise<oauth.AuthorizationServer> | undefined;
  const discover = (): Promise<oauth.AuthorizationServer> => {
    discovered ??= retry(() => oauth.discoveryRequest(new URL(issuer), http))
      .then((answer) => oauth.processDiscoveryResponse(new URL(issuer), answer))
      .catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  };

  const store = (answer: oauth.TokenEndpointResponse, before?: Tokens): Tokens => {
    const claims = oauth.getValidatedIdTokenClaims(answer);
    const user = claims ? (claims as unknown as User) : before?.user;
    const idToken = answer.id_token ?? before?.id_token;
    if (!user || idToken === undefined) throw new Error('The scope must contain openid.');
    const refreshToken = answer.refresh_token ?? before?.refresh_token;
    const next: Tokens = {
      access_token: answer.access_token,
      refreshAtMs: Date.now() + (answer.expires_in ?? 0) * 900,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      user,
      id_token: idToken,
    };
    tokens.write(next);
    return next;
  };

  /**
   * The client with the clock of Latchkey, which has just signed the ID token in this answer: the clock of the browser may be wrong
   * by hours.
   */
  const withClockOf = async (answer: Response): Promise<oauth.Client> => {
    const { id_token: idToken } = (await answer
      .clone()
      .json()
      .catch(() => ({}))) as { id_token?: string };
    const [, claims = ''] = idToken?.split('.') ?? [];
    try {
      const { iat } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
      return { ...client, [oauth.clockSkew]: iat - Math.floor(Date.now() / 1000) };
    } catch {
      return client;
    }
  };

  const isFresh = ({ refreshAtMs }: Tokens): boolean => refreshAtMs > Date.now();

  const requestRefresh = async (used: Tokens & { readonly refresh_token: string }): Promise<Tokens> => {
    const server = await discover();
    const answer = await retry(() =>
      oauth.refreshTokenGrantRequest(server, client, oauth.None(), used.refresh_token, http),
    );
    try {
      return store(await oauth.processRefreshTokenResponse(server, await withClockOf(answer), answer), used);
    } catch (error) {
      if (!(error instanceof oauth.ResponseBodyError) || error.error !== 'invalid_grant') throw error;
      const current = tokens.read();
      // A browser without locks: another tab was first.
      if (current && current.access_token !== used.access_token) return current;
      tokens.clear();
      throw new SignInRequired('The session has ended.');
    }
  };

  const underLock = <Result>(work: () => Promise<Result>): Promise<Result> =>
    navigator.locks ? (navigator.locks.request(key, work) as Promise<Result>) : work();

  let refreshing: Promise<Tokens> | undefined;
  const refresh = (rejected: string | undefined): Promise<Tokens> => {
    refreshing ??= underLock(async () => {
      const current = tokens.read();
      if (!current) throw new SignInRequired('Nobody is signed in.');
      // Another tab refreshed while this one waited.
      if (isFresh(current) && current.access_token !== rejected) return current;
      const { refresh_token } = current;
      if (refresh_token !== undefined) return requestRefresh({ ...current, refresh_token });
      tokens.clear();
      throw new SignInRequired('The access token has expired.');
    }).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  /**
   * A valid access token. It is refreshed when it is about to expire, once for all tabs. Without a connection this rejects, and
   * the user stays signed in.
   * @param rejected the token that an API has just refused
   * @throws SignInRequired
   */
  const getAccessToken = async (rejected?: string): Promise<string> => {
    const current = tokens.read();
    if (!current) throw new SignInRequired('Nobody is signed in.');
    if (isFresh(current) && current.access_token !== rejected) return current.access_token;
    return (await refresh(rejected)).access_token;
  };

  /** Sends the browser to Latchkey. It comes back to `returnTo`, by default to this page. */
  const signIn = async ({
    returnTo = window.location.pathname + window.location.search + window.location.hash,
    prompt,
    loginHint,
  }: {
    readonly returnTo?: string;
    readonly prompt?: 'login' | 'none' | 'consent' | 'select_account';
    readonly loginHint?: string;
  } = {}): Promise<void> => {
    const server = await discover();
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const attempt: Attempt = { verifier, nonce, returnTo: ownPath(returnTo) };
    sessionStorage.setItem(attemptKey(state), JSON.stringify(attempt));
    const address = new URL(server.authorization_endpoint ?? `${issuer}/oauth/authorize`);
    const parameters = {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(prompt && { prompt }),
      ...(loginHint && { login_hint: loginHint }),
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    window.location.assign(address);
  };

  const redeem = async (address: URL): Promise<string> => {
    const state = address.searchParams.get('state') ?? '';
    const stored = sessionStorage.getItem(attemptKey(state));
    // Spent, for example after the back button; or begun elsewhere, which could be an attack (RFC 9700 §4.7).
    if (stored === null) return '/';
    sessionStorage.removeItem(attemptKey(state));
    const { verifier, nonce, returnTo }: Attempt = JSON.parse(stored);
    const server = await discover();
    const parameters = oauth.validateAuthResponse(server, client, address, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      http,
    );
    store(
      await oauth.processAuthorizationCodeResponse(server, await withClockOf(answer), answer, {
        expectedNonce: nonce,
        requireIdToken: true,
      }),
    );
    return returnTo;
  };

  let handled: { readonly href: string; readonly done: Promise<string | undefined> } | undefined;
  /**
   * Completes a sign-in, if this page is the callback: redeems the code and shows the address that the user came from. Call it
   * before the router starts; calling it twice is harmless.
   * @returns that address; undefined if this page is not the callback
   */
  const handleCallback = (): Promise<string | undefined> => {
    const { href } = window.location;
    const address = new URL(href);
    const isCallback = address.origin + address.pathname === redirectUri && address.searchParams.has('state');
    if (!isCallback) return handled?.done ?? Promise.resolve(undefined);
    if (handled?.href !== href) {
      const done = redeem(address).then((returnTo) => {
        window.history.replaceState(window.history.state, '', returnTo);
        return returnTo;
      });
      handled = { href, done };
    }
    return handled.done;
  };

  /** Signs out of this app and of Latchkey. */
  const signOut = async (): Promise<void> => {
    const current = tokens.read();
    const server = await discover();
    tokens.clear();
    const address = new URL(server.end_session_endpoint ?? `${issuer}/oauth/logout`);
    address.searchParams.set('client_id', clientId);
    if (current) address.searchParams.set('id_token_hint', current.id_token);
    if (postLogoutRedirectUri) address.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
    window.location.assign(address);
  };

  /**
   * A `fetch` that sends the access token to these origins, and to no other. If one refuses the token, it is refreshed and the
   * request is sent once more.
   */
  const createFetch =
    (origins: readonly string[]): typeof fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      if (!origins.includes(new URL(request.url).origin)) return fetch(request);
      const again = request.clone();
      const token = await getAccessToken();
      request.headers.set('Authorization', `Bearer ${token}`);
      const answer = await fetch(request);
      if (answer.status !== 401) return answer;
      again.headers.set('Authorization', `Bearer ${await getAccessToken(token)}`);
      return fetch(again);
    };

  return {
    signIn,
    handleCallback,
    getAccessToken,
    signOut,
    createFetch,
    /** The user who is signed in. The same object as long as nothing changes. */
    getUser: (): User | undefined => tokens.read()?.user,
    /** Calls the listener when somebody signs in or out, in any tab. Returns the function that ends this. */
    onChange: tokens.subscribe,
  };
};

export type Latchkey = ReturnType<typeof createLatchkey>;
