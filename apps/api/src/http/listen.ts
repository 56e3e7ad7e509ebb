import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problems } from '@latchkey/contract/problems';
import type { Express } from 'express';
import { Problem } from './problem.ts';
import { problemBodyOf } from './problem-response.ts';

/** The server cannot listen; the message is one sentence for the operator. */
export class ListenError extends Error {}

/** What is no HTTP, or has headers over 16 kB, never reaches Express; it gets a problem all the same. */
const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem('headers_too_large', 'The headers can have at most 16 kB.')
      : new Problem('malformed_request', 'This is not an HTTP/1.1 request.');
  const body = JSON.stringify(problemBodyOf(problem, randomUUID()));
  const { status, title } = problems[problem.code];
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n` +
      "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n" +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/**
 * Node would refuse a missing Host by itself, without a body. `GET http://[ HTTP/1.1` passes its parser, but Express
 * cannot read it, and would answer in HTML.
 */
const isReadable = ({ url = '', headers, httpVersion }: IncomingMessage): boolean =>
  (headers.host !== undefined || httpVersion === '1.0') && (/^[/*]/.test(url) || URL.canParse(url));

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

/**
 * Listens until it is told to close.
 * @param port 0 takes any that is free
 * @throws ListenError
 */
export const listen = (app: Express, host: string, port: number): Promise<Server> => {
  const timeouts = { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 };
  const server = createServer({ ...timeouts, requireHostHeader: false, ...classesOf(app) }, (request, response) => {
    if (isReadable(request)) app(request, response);
    else refuse(new Error('unreadable request'), request.socket);
  });
  server.on('clientError', refuse);
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
export const closeGently = (server: Server, patienceMilliseconds = 10_000): Promise<void> =>
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
