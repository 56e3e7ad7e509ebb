import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemAnswer, problemBodyOf } from '@latchkey/contract/problem-json';
import { problems } from '@latchkey/contract/problems';
import { Problem } from '../problem.ts';

/** How long a refused client may take to close its side of the connection. */
const lingerMs = 2_000;

/** The problem for an error of Node's parser: https://nodejs.org/api/http.html#event-clienterror */
const problemOf = ({ code }: NodeJS.ErrnoException): Problem => {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The headers can have at most 16 kB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem('request_timeout', 'The whole request did not arrive in time.');
  return new Problem('malformed_request', 'This is not an HTTP/1.1 request.');
};

/** The head and body of a refusal that Express does not send. */
const render = (problem: Problem) => {
  const requestId = randomUUID();
  const { headers: own, text: body } = problemAnswer(problemBodyOf(problem, requestId));
  const headers = {
    ...own,
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return { ...problems[problem.code], headers, body };
};

/** Refuses a request that Express cannot handle. Node sends the answer after those to earlier requests. */
export const refuseRequest = (response: ServerResponse, problem: Problem): void => {
  const { status, headers, body } = render(problem);
  response.writeHead(status, headers).end(body);
};

/** Sends the last bytes on a connection, gives the client time to read them, and destroys the socket. */
const end = (socket: Socket, text: string): void => {
  socket.end(text).resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
};

/**
 * Refuses bytes that are not an HTTP request, for which Node creates no response. Earlier requests on the same connection
 * get their complete answers first.
 */
export const createRefusals = () => {
  const openAnswers = new WeakMap<Socket, Set<ServerResponse<IncomingMessage>>>();

  return {
    /** Remembers this answer until it is complete. */
    watch(response: ServerResponse<IncomingMessage>): void {
      const { socket } = response.req;
      const open = openAnswers.get(socket) ?? new Set();
      openAnswers.set(socket, open.add(response));
      response.once('close', () => open.delete(response));
    },

    async refuse(error: NodeJS.ErrnoException, socket: Socket): Promise<void> {
      // Browsers open connections in advance. One that was never used is closed without an answer.
      const isSilent = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
      if (!socket.writable || error.code === 'ECONNRESET' || isSilent) return void socket.destroy();
      const open = [...(openAnswers.get(socket) ?? [])];
      const whole = open.filter(({ req }) => req.complete);
      await Promise.all(whole.map((response) => new Promise((resolve) => response.once('close', resolve))));
      // The malformed bytes may belong to a request whose answer has begun. Nothing may be written into that answer.
      const isAnswered = open.some((response) => !response.req.complete && response.headersSent);
      if (!socket.writable || isAnswered) return void socket.destroy();
      const { status, title, headers, body } = render(problemOf(error));
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      end(socket, `HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`);
    },
  };
};
