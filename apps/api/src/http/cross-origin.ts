import {
  authorizationServerMetadata,
  jwks,
  openidConfiguration,
  revocationFeedPath,
} from '@latchkey/contract/well-known';
import cors from 'cors';
import type { RequestHandler } from 'express';

/** Documents for services and client libraries, some of which run in a browser. They hold nothing private. */
const publicDocuments: ReadonlySet<string> = new Set([
  jwks.path,
  openidConfiguration.path,
  authorizationServerMetadata.path,
  revocationFeedPath,
]);

const toAnyOrigin = cors({
  origin: '*',
  methods: ['GET', 'HEAD'],
  exposedHeaders: ['ETag', 'Retry-After', 'X-Request-Id'],
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
    if (!publicDocuments.has(request.path)) return toOrigins(request, response, next);
    response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    toAnyOrigin(request, response, next);
  };
};
