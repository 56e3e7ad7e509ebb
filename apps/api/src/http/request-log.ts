import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** What is known about a request when it ends. */
export type EndedRequest = {
  readonly method: string;
  /** The path of the contract, with its parameters by name. Absent for pages, files and unknown paths. */
  readonly path?: string | undefined;
  /** Absent if the client left before the answer. */
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly seconds: number;
  readonly requestId: string;
};

/** The span of one request. */
type Span = {
  /** Calls it so that what it awaits belongs to the span. */
  readonly run: (next: () => void) => void;
  readonly end: (request: EndedRequest) => void;
};

export type RequestObservers = {
  readonly onRequestEnd?: ((request: EndedRequest) => void) | undefined;
  readonly beginSpan?: ((request: Pick<IncomingMessage, 'method' | 'headers'>) => Span) | undefined;
};

const maxPathLength = 200;
/** Longer than any id or file name of ours, and shorter than any token in any encoding. */
const maxSegmentLength = 64;

/** Cuts the path first: the client chooses its length, and this runs for every request. */
const loggedPath = (path: string): string =>
  path
    .slice(0, maxPathLength)
    .split('/')
    .map((segment) => (segment.length > maxSegmentLength ? '[token]' : segment))
    .join('/');

/**
 * Gives each request an id and logs one flat line when it ends, without query, headers and body, so that no secret enters the
 * log. Without pino-http, which costs a quarter of the throughput (docs/decisions/0005).
 */
export const requestLog = (logger: Logger, { onRequestEnd, beginSpan }: RequestObservers = {}): RequestHandler => {
  // No field below is secret, so pino need not search each line for secrets.
  const lines = logger.child({}, { redact: [] });
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    // Not the URL: in `GET http://user:password@host/` it contains a password.
    const { path } = request;
    response.locals.requestId = requestId;
    response.setHeader('X-Request-Id', requestId);
    const span = beginSpan?.(request);
    response.once('close', () => {
      const milliseconds = performance.now() - startedAt;
      const { endpointPath, problemCode: code, userId } = response.locals;
      // Node presets the status to 200, so an answer that was never sent has none.
      const status = response.writableFinished ? response.statusCode : undefined;
      const { method } = request;
      const ended = { method, path: endpointPath, status, code, seconds: milliseconds / 1000, requestId };
      onRequestEnd?.(ended);
      span?.end(ended);
      lines.info({
        requestId,
        method,
        path: loggedPath(path),
        ...(status === undefined ? { aborted: true } : { status }),
        ...(code && { code }),
        milliseconds: Math.round(milliseconds * 10) / 10,
        ...(userId && { userId }),
      });
    });
    if (span) span.run(next);
    else next();
  };
};
