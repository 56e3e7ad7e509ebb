import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { Problem } from '../problem.ts';
import { createRefusals, refuseRequest } from './refuse-connection.ts';

/** The server cannot listen; the message is one sentence for the operator. */
export class ListenError extends Error {}

/** Node would refuse a missing Host without a body, and takes the first of two; RFC 9112 §3.2 asks for a 400. */
const hasOneHost = ({ rawHeaders, httpVersion }: IncomingMessage): boolean => {
  const hosts = rawHeaders.filter(
    (name, n) => n % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host',
  ).length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
};

/** `GET http://[ HTTP/1.1` passes Node's parser, but Express cannot read it, and would answer in HTML. */
const isReadable = (url: string): boolean => /^[/*]/.test(url) || URL.canParse(url);

const faultOf = (request: IncomingMessage): Problem | undefined => {
  if (!hasOneHost(request)) return new Problem('malformed_request', 'Send exactly one Host header.');
  if (!isReadable(request.url ?? '')) return new Problem('malformed_request', 'This is not an HTTP/1.1 request.');
  return undefined;
};

/**
 * Express gives each request and each answer the prototype of its app, which takes a twentieth of a profile read. These are
 * born with it.
 */
const classesOf = (app: Express) => {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse {}
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { IncomingMessage: Request, ServerResponse: Response };
};

/** How long a client may take, in milliseconds, and how many there may be. */
const limits = {
  headersTimeout: 15_000,
  /** Headers and body together. */
  requestTimeout: 30_000,
  /** How often these two are checked. */
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  /** Nothing moves in either direction: longer than any handler takes, and the end of a client that does not read its answer. */
  silenceTimeout: 60_000,
  /** Each takes up to 30 kB and a file descriptor. Node drops those that are over. */
  maxConnections: 5_000,
};

/**
 * Listens until it is told to close.
 * @param port 0 takes any that is free
 * @throws ListenError
 */
export const listen = (
  app: Express,
  host: string,
  port: number,
  changed: Partial<typeof limits> = {},
): Promise<Server> => {
  const { silenceTimeout, maxConnections, ...timeouts } = { ...limits, ...changed };
  const refusals = createRefusals();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    refusals.watch(response);
    const fault = faultOf(request);
    if (fault) refuseRequest(response, fault);
    else app(request, response);
  };
  const server = createServer({ ...timeouts, requireHostHeader: false, ...classesOf(app) }, handle);
  server.timeout = silenceTimeout;
  server.maxConnections = maxConnections;
  server.on('clientError', refusals.refuse);
  // Node would answer without a body.
  server.on('checkExpectation', (_request, response) => {
    refusals.watch(response);
    refuseRequest(response, new Problem('expectation_failed', 'The only expectation that can be met is 100-continue.'));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use by another program; stop that one, or set PORT to a free port.`
          : `Cannot listen on ${host}:${port} (${error.message}); check HOST and PORT.`;
      reject(new ListenError(reason));
    });
    server.listen(port, host, () => resolve(server));
  });
};

/** Takes no new requests, waits for those under way, and after `patienceMilliseconds` for none any more. */
export const shutDown = (server: Server, patienceMilliseconds = 25_000): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
    // A kept connection that is busy now is idle later, or brings one more request: neither may hold us up.
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
    const sweeping = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweeping);
      resolve();
    });
  });
