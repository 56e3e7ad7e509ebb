import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import axios from 'axios';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod/mini';
import { deleteMe, exportMe, me } from './accounts.ts';
import { createClient } from './axios-client.ts';
import { type Client, ConnectionError, OAuthError, ProblemError } from './client.ts';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';
import { revoke } from './oauth.ts';
import { logIn, logOut } from './sessions.ts';

/** A client that talks to a real server, which answers everything so. */
const clientOf = async (answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<Client> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return createClient(axios.create({ baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
};

const problem = {
  type: 'urn:latchkey:problem:invalid_credentials',
  title: 'Invalid credentials',
  status: 401,
  detail: 'The user name or the password is wrong.',
  code: 'invalid_credentials',
  requestId: 'abc',
};
const credentials = { username: 'ada', password: 'correct horse battery' };

const refuseWith = (status: number, body: string, headers: Record<string, string> = {}) =>
  clientOf((_request, response) =>
    response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers }).end(body),
  );

describe('the axios client', () => {
  it('sends method, path and body of the endpoint, and gives the answer', async () => {
    let seen: unknown;
    const call = await clientOf(async (request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, type: headers['content-type'], body: JSON.parse(await text(request)) };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"access_token":"x"}');
    });
    expect(await call(logIn, { body: credentials })).toEqual({ access_token: 'x' });
    expect(seen).toEqual({ method: 'POST', url: '/api/sessions/login', type: 'application/json', body: credentials });
  });

  it('sends a body with DELETE, too, and gives nothing where there is nothing', async () => {
    let body = '';
    const call = await clientOf(async (request, response) => {
      body = await text(request);
      response.writeHead(204).end();
    });
    expect(await call(deleteMe, { body: { password: 'x' } })).toBeUndefined();
    expect(JSON.parse(body)).toEqual({ password: 'x' });
    expect(await call(logOut)).toBeUndefined();
  });

  it('sends parameters, query and body together', async () => {
    const rename = endpoint({
      method: 'PATCH',
      path: '/api/things/:id',
      summary: 'An example',
      access: 'public',
      rate: rates.changing,
      params: z.strictObject({ id: z.string() }),
      query: z.strictObject({ notify: z.string() }),
      body: z.strictObject({ name: z.string() }),
      status: 204,
      problems: [],
    });
    let seen: unknown;
    const call = await clientOf(async (request, response) => {
      seen = { url: request.url, body: JSON.parse(await text(request)) };
      response.writeHead(204).end();
    });
    await call(rename, { params: { id: 'a/b' }, query: { notify: 'yes' }, body: { name: 'c' } });
    expect(seen).toEqual({ url: '/api/things/a%2Fb?notify=yes', body: { name: 'c' } });
    // @ts-expect-error: an endpoint with parameters, query and body needs all three.
    const incomplete = (): unknown => call(rename, { params: { id: 'a' } });
    // @ts-expect-error: an endpoint without any takes none.
    const excessive = (): unknown => call(me, { body: {} });
    expect([incomplete, excessive]).toHaveLength(2);
  });

  it('sends a form to an OAuth endpoint, and throws the error that it answered', async () => {
    let seen: unknown;
    const call = await clientOf(async (request, response) => {
      seen = { type: request.headers['content-type'], body: await text(request) };
      response
        .writeHead(400, { 'Content-Type': 'application/json' })
        .end('{"error":"invalid_request","error_description":"Send one token."}');
    });
    const error = await call(revoke, { body: { token: 'a b' } }).catch((thrown) => thrown);
    expect(seen).toEqual({ type: 'application/x-www-form-urlencoded', body: 'token=a+b' });
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ error: 'invalid_request', message: 'Send one token.' });
  });

  it('throws the problem that the API answered', async () => {
    const call = await refuseWith(401, JSON.stringify(problem));
    const error = await call(logIn, { body: credentials }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      name: 'ProblemError',
      message: problem.detail,
      problem,
      retryAfterSeconds: undefined,
    });
  });

  it('returns a file as a blob, and throws the problem when there is none', async () => {
    const call = await clientOf((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/zip' }).end(Buffer.of(80, 75, 0, 255)),
    );
    const file = await call(exportMe, { body: { password: 'correct horse battery' } });
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([80, 75, 0, 255]);

    const refused = await refuseWith(401, JSON.stringify(problem));
    await expect(refused(exportMe, { body: { password: 'wrong' } })).rejects.toMatchObject({ problem });
    const broken = await refuseWith(502, '<html>Bad Gateway</html>');
    await expect(broken(exportMe, { body: { password: 'wrong' } })).rejects.toBeInstanceOf(ConnectionError);
  });

  it('says when to try again, where the API did', async () => {
    const busy = { ...problem, type: 'urn:latchkey:problem:unavailable', code: 'unavailable', status: 503 };
    const call = await refuseWith(503, JSON.stringify(busy), { 'Retry-After': '5' });
    await expect(call(me)).rejects.toMatchObject({ problem: { code: 'unavailable' }, retryAfterSeconds: 5 });
  });

  it('throws a problem of a newer API, whose code it does not know', async () => {
    const newer = { ...problem, type: 'urn:latchkey:problem:factor_required', code: 'factor_required' };
    const call = await refuseWith(403, JSON.stringify(newer));
    await expect(call(logIn, { body: credentials })).rejects.toMatchObject({ problem: newer });
  });

  it.each([
    [502, '<html>Bad Gateway</html>'],
    [500, ''],
    [401, JSON.stringify({ ...problem, code: 'not_one_of_ours' })],
    [404, '{"error":"no"}'],
    [204, ''],
  ])('takes an answer with status %i and body %j for none of the API’s', async (status, body) => {
    const call = await refuseWith(status, body);
    const error = await call(logIn, { body: credentials }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ message: 'The server cannot be reached.', cause: expect.any(Error) });
  });

  it('says that the server cannot be reached where nothing answers', async () => {
    const call = createClient(axios.create({ baseURL: 'http://127.0.0.1:1' }));
    await expect(call(me)).rejects.toBeInstanceOf(ConnectionError);
    const hungUp = await clientOf((request) => void request.socket.destroy());
    await expect(hungUp(me)).rejects.toBeInstanceOf(ConnectionError);
  });
});
