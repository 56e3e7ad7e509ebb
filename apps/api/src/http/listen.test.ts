import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { problemBody } from '@latchkey/contract/problems';
import express, { type RequestHandler } from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { exchange, request } from '../../testing/raw-http.ts';
import { closeGently, ListenError, listen } from './listen.ts';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const startServer = async (handle: RequestHandler = (_request, response) => void response.end('hello')) => {
  const server = await listen(express().use(handle), '127.0.0.1', 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
};

const problemIn = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/\r\nContent-Type: application\/problem\+json/);
  expect(head).toMatch(/\r\nCache-Control: no-store/);
  expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}`);
  return problemBody.parse(JSON.parse(body));
};

it('serves', async () => {
  const server = await startServer();
  expect(await exchange(portOf(server), request('/'))).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*hello$/);
});

it('headers over 16 kB are a problem with status 431', async () => {
  const server = await startServer();
  const answer = await exchange(portOf(server), request('/', [`X-Long: ${'x'.repeat(20_000)}`]));
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(problemIn(answer)).toMatchObject({ code: 'headers_too_large', status: 431 });
});

it.each([
  ['noise', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
  ['another protocol', 'GET / SHTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a request without a Host', 'GET / HTTP/1.1\r\n\r\n'],
  ['a target that is no address', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a header with a control character', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a length and pieces', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
])('%s is a problem with status 400', async (_what, bytes) => {
  const server = await startServer();
  const answer = await exchange(portOf(server), bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(problemIn(answer)).toMatchObject({ code: 'malformed_request', status: 400 });
  expect(answer).toMatch(/x-content-type-options: nosniff/i);
  expect(answer).toMatch(/content-security-policy: default-src 'none'; frame-ancestors 'none'/i);
});

it('requests and answers are born as Express wants them, and need not be changed', async () => {
  const app = express().use((_request, response) => void response.end());
  const server = await listen(app, '127.0.0.1', 0);
  onTestFinished(() => void server.close());
  const born: unknown[] = [];
  server.prependListener('request', (...both) => born.push(...both.map(Object.getPrototypeOf)));
  await exchange(portOf(server), request('/'));
  expect(born[0]).toBe(app.request);
  expect(born[1]).toBe(app.response);
});

it('a port that is taken is said in one sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const port = portOf(other);
  const failure = listen(express(), '127.0.0.1', port);
  await expect(failure).rejects.toBeInstanceOf(ListenError);
  await expect(failure).rejects.toThrow(
    `Port ${port} is in use by another program; stop that one, or set PORT to a free port.`,
  );
});

it('an address that is not ours is said in one sentence', async () => {
  await expect(listen(express(), '192.0.2.1', 0)).rejects.toThrow(
    /^Cannot listen on 192\.0\.2\.1:0 \(.*\); check HOST and PORT\.$/,
  );
});

/** A server whose answers wait until the test lets them go. */
const startSlowServer = async () => {
  let letGo = () => {};
  let arrived = () => {};
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await startServer((_request, response) => {
    letGo = () => void response.end('finished');
    arrived();
  });
  const answer = exchange(portOf(server), request('/', ['Connection: keep-alive']));
  await underWay;
  return { server, answer, letGo: () => letGo() };
};

it('closes gently: what is under way is finished, nothing new is taken', async () => {
  const { server, answer, letGo } = await startSlowServer();
  const port = portOf(server);
  // More patience than this test has: the kept connection must go by itself.
  const closed = closeGently(server, 600_000);
  await expect(exchange(port, request('/'))).rejects.toThrow('ECONNREFUSED');
  letGo();
  expect(await answer).toContain('finished');
  await closed;
});

it('does not wait for connections on which nobody asks anything', async () => {
  const server = await startServer();
  await new Promise<void>((resolve, reject) => {
    get(
      { port: portOf(server), host: '127.0.0.1', agent: false, headers: { Connection: 'keep-alive' } },
      (response) => {
        response.resume().on('end', resolve);
      },
    ).on('error', reject);
  });
  await closeGently(server);
  expect(server.listening).toBe(false);
});

it('loses patience with a request that never ends', async () => {
  const { server, answer } = await startSlowServer();
  await closeGently(server, 10);
  expect(await answer.catch(() => '')).not.toContain('finished');
  expect(server.listening).toBe(false);
});

it('a client that hangs up in the middle harms nobody', async () => {
  const server = await startServer();
  const socket = connect(portOf(server), '127.0.0.1', () => {
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.resetAndDestroy();
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(await exchange(portOf(server), request('/'))).toContain('hello');
});
