import { createHash, createHmac } from 'node:crypto';
import type * as openid from 'openid-client';
import type { Clock } from '../clock.ts';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import { Problem, problem } from '../problem.ts';
import type { Provider } from '../provider-settings.ts';
import { clientSecretOf } from './client-secret.ts';
import { fetchGithubUser, githubMetadata } from './github.ts';
import { providerFetch } from './provider-fetch.ts';
import { identityOf } from './provider-identity.ts';

type Needs = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly clockToleranceSeconds: number;
  /** For each request to the provider. */
  readonly timeoutSeconds?: number;
};

/** After a failed discovery the next one waits, so that a storm of sign-ins does not become one of requests. */
const failureSeconds = 5;
/** A provider may move its endpoints. Its keys have a cache of their own. */
const discoverySeconds = 3600;

/** Failures of the provider or the network, as opposed to a refusal. */
const isOutage = (error: unknown): boolean => {
  const { name, code, cause, status } = Object(error) as Record<string, unknown>;
  if (name === 'TimeoutError' || name === 'AbortError') return true;
  // What `fetch` throws when there is no answer.
  if (error instanceof TypeError && cause instanceof Error) return true;
  if (typeof status === 'number' && status >= 500) return true;
  const answer = cause instanceof Response ? cause : undefined;
  return code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && answer !== undefined && answer.status >= 500;
};

/** `state` is in addresses; `browser` is a secret that only the cookie of the browser has. */
export type AttemptSecrets = { readonly state: string; readonly browser: string };

/** Values that only this attempt has (RFC 7636 §4.1, OpenID Connect Core §3.1.2.1). They are stored nowhere. */
const derive = ({ state, browser }: AttemptSecrets, use: 'nonce' | 'verifier'): string =>
  createHmac('sha256', browser).update(`${use} ${state}`).digest('base64url');

/** Signs people in at one provider: OpenID Connect by openid-client, which loads with the first sign-in. */
export const createProviderClient = (provider: Provider, needs: Needs) => {
  const { clock, issuer: ownIssuer, clockToleranceSeconds, timeoutSeconds = 10 } = needs;
  const { name, label, protocol, clientId, scope } = provider;
  const redirectUri = `${ownIssuer}/api/identities/${name}/callback`;

  const unavailable = (cause: unknown): Problem =>
    problem('provider_unavailable', { provider: label }, { retryAfterSeconds: failureSeconds, cause });

  const discover = async (): Promise<openid.Configuration> => {
    const client = await import('openid-client');
    const authenticate: openid.ClientAuth = (server, metadata, body, headers) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const secret = clientSecretOf(provider, clock);
      const method = methods.includes('client_secret_post') ? client.ClientSecretPost : client.ClientSecretBasic;
      return method(secret)(server, metadata, body, headers);
    };
    const isHttp = provider.issuer.startsWith('http:');
    const metadata = { [client.clockTolerance]: clockToleranceSeconds };
    const options = {
      [client.customFetch]: providerFetch,
      timeout: timeoutSeconds,
      // http is only for this machine (provider-settings.ts).
      execute: [...(isHttp ? [client.allowInsecureRequests] : []), client.enableNonRepudiationChecks],
    };
    if (protocol === 'openid')
      return client.discovery(new URL(provider.issuer), clientId, metadata, authenticate, options);
    const config = new client.Configuration(githubMetadata(provider.issuer), clientId, metadata, authenticate);
    if (isHttp) client.allowInsecureRequests(config);
    config[client.customFetch] = providerFetch;
    config.timeout = timeoutSeconds;
    return config;
  };

  let known: { readonly config: Promise<openid.Configuration>; readonly until: number } | undefined;
  const configuration = (): Promise<openid.Configuration> => {
    const now = performance.now();
    if (known && now < known.until) return known.config;
    const previous = known?.config;
    const config = discover().catch(async (error) => {
      known = { config, until: performance.now() + failureSeconds * 1000 };
      // Better yesterday's addresses than none.
      return previous ?? Promise.reject(unavailable(error));
    });
    known = { config, until: now + discoverySeconds * 1000 };
    return config;
  };

  const exchange = async (query: string, attempt: AttemptSecrets): Promise<ProviderIdentity> => {
    const client = await import('openid-client');
    const config = await configuration();
    const url = new URL(`${redirectUri}${query}`);
    const checks = { pkceCodeVerifier: derive(attempt, 'verifier'), expectedState: attempt.state };
    if (protocol === 'github') {
      const { access_token: token } = await client.authorizationCodeGrant(config, url, checks);
      return fetchGithubUser(provider, (address) => client.fetchProtectedResource(config, token, address, 'GET'));
    }
    const idTokenChecks = { ...checks, expectedNonce: derive(attempt, 'nonce'), idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(config, url, idTokenChecks);
    const claims = tokens.claims();
    if (!claims) throw new Error('the provider sent no ID token');
    const isComplete = claims.email !== undefined || !scope.includes('email');
    const hasUserinfo = config.serverMetadata().userinfo_endpoint !== undefined;
    const more = isComplete || !hasUserinfo ? {} : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    return identityOf(provider, { ...more, ...claims });
  };

  return {
    provider,

    /** Where to send the browser. */
    async begin(attempt: AttemptSecrets, isAgain: boolean): Promise<string> {
      const client = await import('openid-client');
      const config = await configuration();
      const challenge = createHash('sha256').update(derive(attempt, 'verifier')).digest('base64url');
      return client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state: attempt.state,
        ...(protocol === 'openid' && { nonce: derive(attempt, 'nonce') }),
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(isAgain && { prompt: provider.promptAgain }),
      }).href;
    },

    /**
     * Exchanges the answer of the provider for the identity of the user.
     * @throws Problem `provider_unavailable`, or `provider_refused` if the answer proves nothing
     */
    async finish(query: string, attempt: AttemptSecrets): Promise<ProviderIdentity> {
      const isCancelled = new URLSearchParams(query).get('error') === 'access_denied';
      try {
        return await exchange(query, attempt);
      } catch (cause) {
        if (cause instanceof Problem) throw cause;
        if (isOutage(cause)) throw unavailable(cause);
        throw problem('provider_refused', { provider: label, isCancelled }, isCancelled ? {} : { cause });
      }
    },
  };
};

export type ProviderClient = ReturnType<typeof createProviderClient>;
