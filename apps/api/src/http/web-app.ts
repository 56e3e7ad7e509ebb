import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import sirv from 'sirv';

/** A person's browser that asks for a page, not a program that asks for an address which is not there. */
const wantsPage = (request: express.Request): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !/^\/(api|health|\.well-known)(\/|$)/i.test(request.path) &&
  request.accepts('html', 'json') === 'html' &&
  (request.headers.accept ?? '').includes('text/html');

/** Ours are small: a part of one is never needed, and one that cannot be had would be a fault of whoever sends files. */
export const wholeFiles: RequestHandler = (request, _response, next) => {
  delete request.headers.range;
  next();
};

/**
 * Serves the built web app: its files, compressed ahead by the build, and `index.html` for every page address.
 * @param folder what the web app's build made; where it is not there, nothing is served
 */
export const webApp = (folder: string): RequestHandler => {
  if (!existsSync(join(folder, 'index.html'))) return (_request, _response, next) => next();
  const files = sirv(folder, {
    brotli: true,
    gzip: true,
    etag: true,
    setHeaders(response, pathname) {
      // Names under /assets hold a hash of what is in the file.
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return express
    .Router()
    .use((request, response, next) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') return next();
      files(request, response, next);
    })
    .use((request, response, next) => {
      if (!wantsPage(request)) return next();
      response.sendFile('index.html', { root: folder, headers: { 'Cache-Control': 'no-cache' } });
    });
};
