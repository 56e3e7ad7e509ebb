import type { BodyOutput, ResponseOf } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/oauth';
import type { App, AppStore } from '../apps/app-store.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import {
  type AuthorizationRequest,
  addressWith,
  checkParameters,
  type Parameters,
  readParameters,
} from './authorization-request.ts';
import type { CodeStore } from './code-store.ts';

type Needs = {
  readonly apps: AppStore;
  readonly consents: ConsentStore;
  readonly codes: CodeStore;
  readonly keys: SigningKeys;
  readonly recheckSession: RecheckSession;
  readonly isRegisteredUri: (registered: readonly string[], uri: string) => boolean;
  readonly standardScopes: readonly string[];
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly issuer: string;
};

type Input = BodyOutput<typeof contract.authorize>;
type Answer = ResponseOf<typeof contract.authorize>;

/** For this long after the request, a sign-in counts as the one that the request asked for. */
const maxSignInSeconds = 900;

/** What the user recognizes of an address; that of a native app has no host. */
const hostOf = (uri: string): string => new URL(uri).host || new URL(uri).protocol;

export const authorize = (needs: Needs) => {
  const { apps, consents, codes, keys, recheckSession, isRegisteredUri, standardScopes, transaction, clock, issuer } =
    needs;

  /**
   * The app and its address. Nothing is sent to an address that is not registered.
   * @throws Problem `invalid_authorization_request`, which the page shows
   */
  const findApp = async ({ client_id = '', redirect_uri = '' }: Parameters, repeated: readonly string[]) => {
    if (repeated.includes('client_id') || repeated.includes('redirect_uri'))
      throw problem('invalid_authorization_request', { reason: 'repeated' });
    const app = await apps.findById(client_id);
    if (!app) throw problem('invalid_authorization_request', { reason: 'client' });
    if (!isRegisteredUri(app.redirectUris, redirect_uri))
      throw problem('invalid_authorization_request', { reason: 'redirect_uri' });
    // An ID token that is signed with a shared secret would let every service that has it forge one.
    if (keys.current().algorithm === 'HS256') throw problem('invalid_authorization_request', { reason: 'algorithm' });
    return app;
  };

  /** Whether the user must enter the password again. `since` names a request that this sign-in came after. */
  const needsSignIn = (
    { session }: Principal,
    { prompts, maxAgeSeconds }: AuthorizationRequest,
    since: string | undefined,
  ): boolean => {
    const now = clock().getTime();
    const signedInAt = session.authenticatedAt.getTime();
    const askedAt = since === undefined ? Number.NaN : Date.parse(since);
    if (signedInAt >= askedAt && now - askedAt <= maxSignInSeconds * 1000) return false;
    if (prompts.includes('login') || prompts.includes('select_account')) return true;
    // `max_age=0` means now, also within the same second.
    return maxAgeSeconds !== undefined && (maxAgeSeconds === 0 || now - signedInAt > maxAgeSeconds * 1000);
  };

  const missingConsent = async (principal: Principal, app: App, request: AuthorizationRequest): Promise<boolean> => {
    if (request.prompts.includes('consent')) return true;
    if (!app.isThirdParty) return false;
    const given = await consents.findScopes(principal.user.id, app.id);
    return request.scopes.some((scope) => !given.includes(scope));
  };

  return async ({ query, since, consent }: Input, principal: Principal | undefined): Promise<Answer> => {
    const { parameters, repeated } = readParameters(query);
    const app = await findApp(parameters, repeated);
    const { redirect_uri: redirectUri = '', state, nonce = null, login_hint: hint } = parameters;
    // RFC 9207: `iss` tells the app who answers.
    const goBack = (answer: Readonly<Record<string, string>>): Answer => ({
      location: addressWith(redirectUri, { ...answer, ...(state !== undefined && { state }), iss: issuer }),
    });
    if (repeated.length > 0)
      return goBack({ error: 'invalid_request', error_description: `Send ${repeated.join(' and ')} once.` });
    const request = checkParameters(parameters, [...standardScopes, ...app.scopes]);
    if ('error' in request) return goBack(request);

    const isSilent = request.prompts.includes('none');
    if (!principal || needsSignIn(principal, request, since)) {
      if (isSilent) return goBack({ error: 'login_required', error_description: 'Nobody is signed in.' });
      return { login: { app: app.name, since: clock().toISOString(), ...(hint && { hint }) } };
    }
    if (consent === false) return goBack({ error: 'access_denied', error_description: 'The user refused.' });
    if (consent === undefined && (await missingConsent(principal, app, request))) {
      if (isSilent) return goBack({ error: 'consent_required', error_description: 'The user must be asked first.' });
      return { consent: { app: app.name, host: hostOf(redirectUri), scopes: [...request.scopes] } };
    }

    const code = await transaction(async (write) => {
      await recheckSession(write, principal);
      const now = clock();
      const { user, session } = principal;
      const { scopes, codeChallenge } = request;
      if (consent) {
        const before = await consents.findScopes(user.id, app.id);
        await consents.put(write, user.id, app.id, [...new Set([...before, ...scopes])], now);
      }
      const { authenticatedAt, methods, id: parentId } = session;
      const scope = scopes.join(' ');
      const granted = { appId: app.id, userId: user.id, parentId, redirectUri, codeChallenge, nonce, scope };
      return codes.issue(write, { ...granted, authenticatedAt, methods }, now);
    });
    return goBack({ code });
  };
};
