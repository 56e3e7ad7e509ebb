import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import type { Request } from 'express';
import type { SessionStore, SessionWithUser } from '../sessions/session-store.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import { type Device, deviceOf } from './device.ts';
import { Problem } from './problem.ts';

/** Who does something: the person, the session, and the device that the request comes from. */
export type Actor = SessionWithUser & { readonly device: Device };
/** Who makes this request, and what their token says. */
export type Viewer = Actor & { readonly claims: AccessTokenClaims };

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

/** Finds the viewer, or says why there is none. At most one signature check, and one prepared read. */
export const findViewer =
  ({ accessTokens, sessions }: Needs) =>
  async (request: Request): Promise<Viewer> => {
    const token = bearerToken(request);
    if (!token) throw new Problem('token_missing', 'Send an access token: Authorization: Bearer <token>.');
    const verdict = accessTokens.verify(token);
    if (verdict.status === 'invalid') throw new Problem('token_invalid', 'This is not an access token of ours.');
    if (verdict.status === 'expired') throw new Problem('token_expired', 'The access token has expired; refresh it.');

    // The signature says who it was; only the database says who it still is.
    const found = await sessions.findLive(verdict.claims);
    if (!found) throw new Problem('token_revoked', 'The session of this access token has ended; sign in again.');
    return { ...found, claims: verdict.claims, device: deviceOf(request) };
  };

export type FindViewer = ReturnType<typeof findViewer>;

/** Refuses a token that was made for a service: it may see who it stands for, but not look after the account. */
export const requireSignIn = ({ session }: Actor): void => {
  if (session.name === null) return;
  throw new Problem('session_required', 'This token was made for a service. Sign in for this.');
};
