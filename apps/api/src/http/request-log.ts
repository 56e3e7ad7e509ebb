import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

const maxPathLength = 200;
/** Longer than any id or file name of ours, and shorter than any token, however its letters are encoded. */
const maxSegmentLength = 64;

/** The path is cut first: its sender chooses its length, and this runs after every answer. */
const loggedPath = (path: string): string =>
  path
    .slice(0, maxPathLength)
    .split('/')
    .map((segment) => (segment.length > maxSegmentLength ? '[token]' : segment))
    .join('/');

/**
 * Names each request and logs one flat line when it is over: no query, no headers, no body, so that nothing secret can
 * get in. pino by itself: pino-http costs a quarter of all requests a second (docs/decisions/0005).
 */
export const requestLog = (logger: Logger): RequestHandler => {
  // Nothing of these few fields need be looked for in vain on every line.
  const lines = logger.child({}, { redact: [] });
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    // Not the whole URL: `GET http://user:password@host/` is a request, too.
    const { path } = request;
    response.locals.requestId = requestId;
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      lines.info({
        requestId,
        method: request.method,
        path: loggedPath(path),
        // An answer that did not leave has no status: Node presets 200.
        ...(response.writableFinished ? { status: response.statusCode } : { aborted: true }),
        milliseconds: Math.round((performance.now() - startedAt) * 10) / 10,
        ...(response.locals.userId && { userId: response.locals.userId }),
      });
    });
    next();
  };
};
