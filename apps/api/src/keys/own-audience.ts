import { appIdPattern } from '@latchkey/contract/apps';

/**
 * The `aud` of a token that is not an access token: the URL of its endpoint. Libraries that check `aud` but not `typ` then
 * refuse it as an access token (RFC 8725 §3.9).
 */
export const ownAudience = (issuer: string, path: `/api/${string}`): string => `${issuer}${path}`;

/**
 * Whether an audience is that of another kind of token: an endpoint, or an app, whose ID tokens have it. Access tokens must not
 * have it: they would pass for that kind.
 */
export const isOwnAudience = (issuer: string, audience: string): boolean =>
  audience.startsWith(`${issuer}/api/`) || appIdPattern.test(audience);
