import type { ResponseOf } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/oauth';
import * as z from 'zod/mini';
import type { AppStore } from '../apps/app-store.ts';
import { type Clock, toNumericDate } from '../clock.ts';
import { createJwtVerifier } from '../keys/jwt.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { addressWith } from './authorization-request.ts';

type Needs = {
  readonly apps: AppStore;
  readonly sessions: SessionStore;
  readonly keys: SigningKeys;
  readonly isRegisteredUri: (registered: readonly string[], uri: string) => boolean;
  readonly clock: Clock;
  readonly issuer: string;
  readonly clockToleranceSeconds: number;
};

const idTokenClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  sub: z.string(),
  sid: z.string(),
});

/** Answers a logout request of an app (RP-Initiated Logout 1.0 §2 and §3). The page signs out, then follows `location`. */
export const endSession = ({ apps, sessions, keys, isRegisteredUri, clock, issuer, clockToleranceSeconds }: Needs) => {
  const verifyHint = createJwtVerifier({
    type: 'JWT',
    findKey: keys.find,
    claims: idTokenClaims,
    issuer,
    audience: undefined,
    maxLifeSeconds: () => 86_400,
    clockToleranceSeconds,
  });
  return async (
    query: string,
    principal: Principal | undefined,
  ): Promise<ResponseOf<typeof contract.requestLogout>> => {
    const search = new URLSearchParams(query);
    // An expired hint is accepted (§4): the app kept it since the sign-in.
    const verdict = verifyHint(search.get('id_token_hint') ?? '', toNumericDate(clock()));
    const hint = verdict.status === 'invalid' ? undefined : verdict.claims;
    const clientId = search.get('client_id') ?? hint?.aud;
    const app = clientId === undefined ? undefined : await apps.findById(clientId);
    const uri = search.get('post_logout_redirect_uri');
    if (uri !== null && !(app && isRegisteredUri(app.postLogoutRedirectUris, uri)))
      throw problem('invalid_authorization_request', { reason: app ? 'redirect_uri' : 'client' });
    const state = search.get('state');
    const location = uri === null || state === null ? uri : addressWith(uri, { state });
    const session = hint && (await sessions.findWithUser(hint.sid))?.session;
    // Otherwise any page could sign the user out with a link.
    const isConfirmed = principal !== undefined && hint?.aud === app?.id && session?.parentId === principal.session.id;
    return { ...(location !== null && { location }), isConfirmed };
  };
};
