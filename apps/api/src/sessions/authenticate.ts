import type { Endpoint } from '@latchkey/contract/endpoint';
import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import type { Request } from 'express';
import { type ClientInfo, clientInfoOf } from '../client/client-info.ts';
import { Problem, problem } from '../problem.ts';
import type { AccessTokens } from './access-token.ts';
import type { SessionStore, SessionWithUser } from './session-store.ts';

/** Who the request is authenticated as: the account, its session, the claims of its token, and the client that sent it. */
export type Principal = SessionWithUser & { readonly claims: AccessTokenClaims; readonly client: ClientInfo };

type Needs = { readonly accessTokens: AccessTokens; readonly sessions: SessionStore };

/**
 * Returns the token of the `Authorization: Bearer …` header (RFC 6750 §2.1); the scheme is case-insensitive. If there are two
 * such headers, neither counts: Node reads the first, and a proxy may have read the second.
 */
export const bearerToken = ({ headers, rawHeaders }: Request): string | undefined => {
  const isOnly = rawHeaders.filter((text) => text.length === 13 && text.toLowerCase() === 'authorization').length <= 1;
  const { authorization = '' } = headers;
  const [scheme] = /^Bearer +/i.exec(authorization) ?? [];
  return isOnly && scheme !== undefined ? authorization.slice(scheme.length) : undefined;
};

/** Authenticates a request by its access token. At most one signature check and one prepared read. */
export const authenticate =
  ({ accessTokens, sessions }: Needs) =>
  async (request: Request, { access }: Pick<Endpoint, 'access'>): Promise<Principal> => {
    const token = bearerToken(request);
    if (!token) throw new Problem('token_missing', 'Send an access token: Authorization: Bearer <token>.');
    const verdict = access === 'any-audience' ? accessTokens.verifyForAnyone(token) : accessTokens.verify(token);
    if (verdict.status === 'invalid')
      throw new Problem('token_invalid', 'The access token is not valid. Sign in again.');
    if (verdict.status === 'expired') throw new Problem('token_expired', 'The access token has expired. Refresh it.');

    // The signature proves who signed in. Only the database knows whether the session is still live.
    const found = await sessions.findLive(verdict.claims);
    if (!found) throw problem('token_revoked');
    return { ...found, claims: verdict.claims, client: clientInfoOf(request) };
  };

/** Refuses an API token: it can read its account, but not manage it. */
export const requireUserSession = ({ session }: Pick<Principal, 'session'>): void => {
  if (session.kind === 'sign_in') return;
  throw new Problem('session_required', 'An API token cannot do this. Sign in instead.');
};
