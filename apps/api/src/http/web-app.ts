import { existsSync } from 'node:fs';
import { pages } from '@latchkey/contract/pages';
import express, { type Request, type RequestHandler } from 'express';
import { type Brand, brandFiles } from './brand.ts';
import { readBuiltFiles, sendBuiltFile } from './built-files.ts';

/** Whether a browser opens a page, as opposed to a program that calls the API. */
const opensPage = (request: Request): boolean =>
  !/^\/(api|health|\.well-known)(\/|$)/i.test(request.path) &&
  request.accepts('html', 'json') === 'html' &&
  (request.headers.accept ?? '').includes('text/html');

/** Our files are small: nobody needs a part of one, and a range that cannot be satisfied would be one more error. */
export const ignoreRangeHeader: RequestHandler = (request, _response, next) => {
  delete request.headers.range;
  next();
};

/**
 * Serves the built web app: its files, and `index.html` for every page. A browser that opens an unknown path gets
 * `index.html` with status 404.
 * @param folder the output of the web app's build; if it has none, every request passes on
 */
export const webApp = (folder: string, brand: Brand): RequestHandler => {
  const files = existsSync(folder) ? brandFiles(readBuiltFiles(folder), brand) : new Map();
  const index = files.get('/index.html');
  if (!index) return (_request, _response, next) => next();
  // Not strict and case-insensitive, like the router of the web app.
  const router = express.Router();
  router.get(Object.values(pages), (request, response, next) => {
    if (!request.accepts('html')) return next();
    response.set('Cache-Control', 'no-cache');
    sendBuiltFile(request, response, index);
  });
  // https://www.w3.org/TR/change-password-url/
  router.get('/.well-known/change-password', (_request, response) => response.redirect(pages.password));
  router.get(/.*/, (request, response, next) => {
    const file = files.get(request.path);
    if (!file && !opensPage(request)) return next();
    // Names under /assets contain a hash of the content.
    const isHashed = request.path.startsWith('/assets/');
    response
      .status(file ? 200 : 404)
      .set('Cache-Control', file && isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    sendBuiltFile(request, response, file ?? index);
  });
  return (request, response, next) =>
    request.method === 'GET' || request.method === 'HEAD' ? router(request, response, next) : next();
};
