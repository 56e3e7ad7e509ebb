import type { Request } from 'express';
import { Problem } from './problem.ts';

/**
 * Where a request carries its token: in the header `Authorization: Bearer` (RFC 6750 §2.1), in a cookie, or in the query (§2.3:
 * only if the client can send nothing else, because URLs are logged and shared).
 */
export type TokenLocation = 'headers' | { readonly cookie: string } | { readonly query: string };

const withoutScheme = (header: string): string[] => {
  const [scheme] = /^Bearer +(?=.)/i.exec(header) ?? [];
  return scheme ? [header.slice(scheme.length)] : [];
};

const inHeaders = ({ headersDistinct: { authorization = [] } }: Request): string[] =>
  // Two are an error with any scheme; Node's `headers` would hide the second.
  authorization.length > 1 ? authorization : authorization.flatMap(withoutScheme);

const inCookie = ({ headers }: Request, name: string): string[] =>
  (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=');
    return key.trim() === name ? [value.join('=').trim()] : [];
  });

const inQuery = ({ originalUrl }: Request, name: string): string[] =>
  new URLSearchParams(originalUrl.split('?').slice(1).join('?')).getAll(name);

const tokensIn = (request: Request, location: TokenLocation): string[] => {
  if (location === 'headers') return inHeaders(request);
  return 'cookie' in location ? inCookie(request, location.cookie) : inQuery(request, location.query);
};

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** A browser sends the cookie for any page. These headers name the page, and no script can set them. */
const isOwnOrigin = ({ headers }: Request): boolean => {
  const { origin, host } = headers;
  if (headers['sec-fetch-site'] !== undefined) return headers['sec-fetch-site'] === 'same-origin';
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
};

/**
 * Finds the request's token in the first of these locations that has one.
 * @throws Problem if a location has two, or another site sent the cookie
 */
export const findToken = (request: Request, locations: readonly TokenLocation[]): string | undefined => {
  for (const location of locations) {
    const [token, second] = tokensIn(request, location).filter((found) => found !== '');
    // RFC 6750 §2 allows one token. Of two cookies, a sibling domain may have set one.
    if (second !== undefined) throw new Problem('token_invalid', 'Send one access token, not several.');
    if (token === undefined) continue;
    if (typeof location === 'object' && 'cookie' in location && !isSafe(request) && !isOwnOrigin(request)) {
      throw new Problem('origin_not_allowed', 'Requests with the cookie are accepted from the same origin only.');
    }
    return token;
  }
  return undefined;
};
