/**
 * The `aud` of a token that Latchkey makes for itself or for verifiers of its feed: the URL of the call that it belongs to.
 * Libraries that look at `aud` but not at `typ` then refuse it as an access token (RFC 8725 §3.9).
 */
export const ownAudience = (issuer: string, path: `/api/${string}`): string => `${issuer}${path}`;

/** No access token may be made for such an audience: it would pass for a token of another kind. */
export const isOwnAudience = (issuer: string, audience: string): boolean => audience.startsWith(`${issuer}/api/`);
