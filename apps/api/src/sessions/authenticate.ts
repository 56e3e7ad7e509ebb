import type { Endpoint } from '@latchkey/contract/endpoint';
import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import type { Request } from 'express';
import { type ClientInfo, clientInfoOf } from '../client/client-info.ts';
import { Problem } from '../problem.ts';
import type { AccessTokens } from './access-token.ts';
import type { SessionStore, SessionWithUser } from './session-store.ts';

/** Who the request is authenticated as: the account, its session, the claims of its token, and the client that sent it. */
export type Principal = SessionWithUser & { readonly claims: AccessTokenClaims; readonly client: ClientInfo };

type Needs = { readonly accessTokens: AccessTokens; readonly sessions: SessionStore };

/**
 * The token of an `Authorization: Bearer …` header (RFC 6750 §2.1); the scheme's case does not matter. Of two such
 * headers Node gives the first, and a proxy before us may have looked at the second: so neither is taken.
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

    // The signature says who it was; only the database says who it still is.
    const found = await sessions.findLive(verdict.claims);
    if (!found) throw new Problem('token_revoked', 'The session of this access token has ended. Sign in again.');
    return { ...found, claims: verdict.claims, client: clientInfoOf(request) };
  };

/** Refuses an API token: it reads the account that it acts as, but does not manage it. */
export const requireUserSession = ({ session }: Pick<Principal, 'session'>): void => {
  if (session.kind === 'sign_in') return;
  throw new Problem('session_required', 'An API token cannot do this. Sign in instead.');
};
