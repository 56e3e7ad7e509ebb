import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { OperatorError } from '../operator-error.ts';
import { Problem } from '../problem.ts';
import { createServer } from './create-server.ts';
import { createRefusals, refuseRequest } from './refuse-connection.ts';

/** The server cannot listen. The message is one sentence for the operator. */
export class ListenError extends OperatorError {}

/** RFC 9112 §3.2 requires a 400. Node would answer a missing Host without a body, and would use the first of two. */
const hasOneHost = ({ rawHeaders, httpVersion }: IncomingMessage): boolean => {
  const hosts = rawHeaders.filter(
    (name, n) => n % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host',
  ).length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
};

/** Node's parser accepts `GET http://[ HTTP/1.1`, but Express cannot parse it and would answer in HTML. */
const isReadable = (url: string): boolean => /^[/*]/.test(url) || URL.canParse(url);

const faultOf = (request: IncomingMessage): Problem | undefined => {
  if (!hasOneHost(request)) return new Problem('malformed_request', 'Send exactly one Host header.');
  if (!isReadable(request.url ?? '')) return new Problem('malformed_request', 'This is not an HTTP/1.1 request.');
  return undefined;
};

/** Time limits, in milliseconds, and the connection limit. */
const limits = {
  headersTimeout: 15_000,
  /** Headers and body together. */
  requestTimeout: 30_000,
  /** How often Node checks the two limits above. */
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  /** Closes a connection without traffic, also one whose client does not read. No handler takes as long. */
  silenceTimeout: 60_000,
  /** Each takes 8 kB when idle, up to 30 kB otherwise, and a file descriptor. Node drops further ones. */
  maxConnections: 12_000,
};

/**
 * Starts an HTTP server for `app`.
 * @param port 0 for any free port
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
  const server = createServer({ ...timeouts, requireHostHeader: false }, handle);
  server.timeout = silenceTimeout;
  server.maxConnections = maxConnections;
  server.on('clientError', refusals.refuse);
  // Node would answer without a body.
  server.on('checkExpectation', (_request, response) => {
    refusals.watch(response);
    refuseRequest(response, new Problem('expectation_failed', 'The only supported expectation is 100-continue.'));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use by another program; stop that program, or set PORT to a free port.`
          : `Cannot listen on ${host}:${port} (${error.message}); check HOST and PORT.`;
      reject(new ListenError(reason));
    });
    server.listen(port, host, () => resolve(server));
  });
};

/** Accepts no new requests and waits for those in progress; after `timeoutMilliseconds` it closes their connections. */
export const shutDown = (server: Server, timeoutMilliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMilliseconds);
    // A busy keep-alive connection may become idle later or send one more request. Neither may delay the end.
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
  });
