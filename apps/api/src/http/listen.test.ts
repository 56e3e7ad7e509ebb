import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { problemBody } from '@latchkey/contract/problems';
import express, { type RequestHandler } from 'express';
import { expect, it, onTestFinished, vi } from 'vitest';
import { exchange, request } from '../../testing/raw-http.ts';
import { ListenError, listen, shutDown } from './listen.ts';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const startServer = async (
  handle: RequestHandler = (request, response) => {
    request.resume().once('end', () => response.end('hello'));
  },
  limits: Parameters<typeof listen>[3] = {},
) => {
  const server = await listen(express().use(handle), '127.0.0.1', 0, limits);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
};

const nextConnection = (server: Server): Promise<Socket> =>
  new Promise((resolve) => server.once('connection', resolve));

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
  ['a request with two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n'],
  ['a request with the same Host twice', 'GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n'],
  ['an HTTP/1.0 request with two Hosts', 'GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n'],
  ['a malformed body', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['an invalid request target', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n'],
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

it.each(['foo', ''])('the expectation "%s" is a problem with status 417', async (expectation) => {
  const server = await startServer();
  const answer = await exchange(portOf(server), request('/', [`Expect: ${expectation}`]));
  expect(answer).toMatch(/^HTTP\/1\.1 417 /);
  expect(problemIn(answer)).toMatchObject({ code: 'expectation_failed', status: 417 });
});

it('the expectation 100-continue is accepted, in upper and lower case', async () => {
  const server = await startServer();
  expect(await exchange(portOf(server), request('/', ['Expect: 100-Continue', 'Connection: close']))).toMatch(
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/,
  );
});

/** Sends these bytes, waits until they have arrived, and lets the time limit of the request pass. */
const exchangeTooSlowly = async (server: Server, bytes: string): Promise<string> => {
  const connected = nextConnection(server);
  const answer = exchange(portOf(server), bytes);
  const socket = await connected;
  await vi.waitFor(() => expect(socket.bytesRead).toBe(bytes.length), 20_000);
  Object.assign(server, { headersTimeout: 1, requestTimeout: 1 });
  return answer;
};

it.each([
  ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a'],
  ['body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow'],
])('a request whose %s does not arrive in time is a problem with status 408', async (_what, bytes) => {
  const answer = await exchangeTooSlowly(await startServer(undefined, { connectionsCheckingInterval: 5 }), bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(problemIn(answer)).toMatchObject({ code: 'request_timeout', status: 408 });
});

it('a connection that is never used is closed without an answer', async () => {
  const server = await startServer(undefined, { connectionsCheckingInterval: 5 });
  expect(await exchangeTooSlowly(server, '')).toBe('');
});

it('a client that does not read its answer is disconnected', async () => {
  let end = (_isFinished: boolean) => {};
  const isFinished = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  const server = await startServer((request, response) => {
    response.once('close', () => end(response.writableFinished));
    // More than the buffers of both sides hold.
    response.end(Buffer.alloc(64_000_000));
    expect(request.socket.timeout).toBe(60_000);
    request.socket.setTimeout(20);
  });
  const socket = connect(portOf(server), '127.0.0.1', () => socket.write(request('/'))).pause();
  onTestFinished(() => void socket.destroy());
  expect(await isFinished).toBe(false);
});

it('connections over the limit are dropped; those within it are served', async () => {
  const server = await startServer(undefined, { maxConnections: 1 });
  const first = connect(portOf(server), '127.0.0.1');
  await new Promise((resolve) => first.once('connect', resolve));
  expect(await exchange(portOf(server), request('/')).catch(() => '')).toBe('');
  first.end(request('/'));
  expect(await text(first)).toContain('hello');
});

it('a port in use is reported in one sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const port = portOf(other);
  const failure = listen(express(), '127.0.0.1', port);
  await expect(failure).rejects.toBeInstanceOf(ListenError);
  await expect(failure).rejects.toThrow(
    `Port ${port} is in use by another program; stop that program, or set PORT to a free port.`,
  );
});

it('an address of another machine is reported in one sentence', async () => {
  await expect(listen(express(), '192.0.2.1', 0)).rejects.toThrow(
    /^Cannot listen on 192\.0\.2\.1:0 \(.*\); check HOST and PORT\.$/,
  );
});

/** A server that holds its answers until the test releases them. */
const startSlowServer = async (bytes = request('/', ['Connection: keep-alive'])) => {
  let letGo = () => {};
  let arrived = () => {};
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await startServer(
    (_request, response) => {
      letGo = () => void response.end('finished');
      response.write('begun, ');
      arrived();
    },
    { connectionsCheckingInterval: 5 },
  );
  const answer = exchange(portOf(server), bytes);
  await underWay;
  return { server, answer, letGo: () => letGo() };
};

it('`shutDown` finishes requests in progress and accepts no new ones', async () => {
  const { server, answer, letGo } = await startSlowServer();
  const port = portOf(server);
  // Longer than the test's own limit: the keep-alive connection must close without the timeout.
  const closed = shutDown(server, 600_000);
  await expect(exchange(port, request('/'))).rejects.toThrow('ECONNREFUSED');
  letGo();
  expect(await answer).toContain('finished');
  await closed;
});

it.each([
  ['bytes that are no request', 'NONSENSE\r\n\r\n', 400],
  ['an invalid request target', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
  ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n', 417],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['headers that do not arrive', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a', 408],
])(
  'an answer in progress is sent completely, even if its connection continues with %s',
  async (_what, bytes, status) => {
    const { server, answer, letGo } = await startSlowServer(`${request('/', [])}${bytes}`);
    // Once a later client has been refused, this one has been, too.
    await exchangeTooSlowly(server, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a');
    letGo();
    const [first = '', ...rest] = (await answer).split(/(?=HTTP\/1\.1 \d)/);
    expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(first).toMatch(/begun, \r\n8\r\nfinished\r\n0\r\n\r\n$/);
    expect(rest).toHaveLength(1);
    expect(rest[0]).toContain(`HTTP/1.1 ${status} `);
    problemIn(rest[0] ?? '');
  },
);

it('`shutDown` does not wait for idle connections', async () => {
  const server = await startServer();
  await new Promise<void>((resolve, reject) => {
    get(
      { port: portOf(server), host: '127.0.0.1', agent: false, headers: { Connection: 'keep-alive' } },
      (response) => {
        response.resume().on('end', resolve);
      },
    ).on('error', reject);
  });
  await shutDown(server, 25_000);
  expect(server.listening).toBe(false);
});

it('`shutDown` closes the connection of a request that never ends', async () => {
  const { server, answer } = await startSlowServer();
  await shutDown(server, 10);
  expect(await answer.catch(() => '')).not.toContain('finished');
  expect(server.listening).toBe(false);
});

it('a client that disconnects during its answer does not affect others', async () => {
  const server = await startServer();
  const socket = connect(portOf(server), '127.0.0.1', () => {
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.resetAndDestroy();
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(await exchange(portOf(server), request('/'))).toContain('hello');
});
