import { getUserinfo, revoke, token } from '@latchkey/contract/oauth';
import {
  authorizationServerMetadata,
  jwks,
  openidConfiguration,
  revocationFeedPath,
} from '@latchkey/contract/well-known';
import cors from 'cors';
import type { RequestHandler } from 'express';

/**
 * Documents for services and client libraries, and what apps call with their own tokens and secrets. Some of them run in a
 * browser. None reads a cookie.
 */
const forAnyOrigin: ReadonlySet<string> = new Set([
  token.path,
  getUserinfo.path,
  revoke.path,
  jwks.path,
  openidConfiguration.path,
  authorizationServerMetadata.path,
  revocationFeedPath,
]);

const toAnyOrigin = cors({
  origin: '*',
  methods: ['GET', 'HEAD', 'POST'],
  exposedHeaders: ['ETag', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
});

/**
 * Sets the CORS headers: scripts of any origin may read the public documents, and scripts of `origins` the rest.
 * @param origins the setting CORS_ORIGINS
 */
export const crossOrigin = (origins: readonly string[]): RequestHandler => {
  // No credentials: other origins send a bearer token, never the cookie.
  const toOrigins = cors({
    origin: origins.length > 0 && [...origins],
    exposedHeaders: ['Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  });
  return (request, response, next) => {
    if (!forAnyOrigin.has(request.path)) return toOrigins(request, response, next);
    response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    toAnyOrigin(request, response, next);
  };
};
