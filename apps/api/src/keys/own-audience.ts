/**
 * The `aud` of a token that is not an access token: the URL of its endpoint. Libraries that check `aud` but not `typ` then
 * refuse it as an access token (RFC 8725 §3.9).
 */
export const ownAudience = (issuer: string, path: `/api/${string}`): string => `${issuer}${path}`;

/** Access tokens must not have such an audience: they would pass for a token of another kind. */
export const isOwnAudience = (issuer: string, audience: string): boolean => audience.startsWith(`${issuer}/api/`);
