import {
  authorizationServerMetadata,
  jwks,
  openidConfiguration,
  revocationFeedPath,
} from '@latchkey/contract/well-known';
import cors from 'cors';
import type { RequestHandler } from 'express';

/** Documents for services and client libraries, which may run in a browser. They are the same for everybody. */
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
 * Says which origins may read an answer in a browser: any may read the public documents, these the rest.
 * @param origins from CORS_ORIGINS
 */
export const crossOrigin = (origins: readonly string[]): RequestHandler => {
  // Without credentials: another origin comes with a bearer token, never with the cookie.
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
