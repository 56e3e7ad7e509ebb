import type { BodyOutput, Endpoint, ParamsOf, ResponseOf } from '@latchkey/contract/endpoint';
import type { Request, Response, Router } from 'express';
import * as z from 'zod/mini';
import type { Device } from '../sessions/open-session.ts';
import { type FindViewer, requireSignIn, type Viewer } from './find-viewer.ts';
import { readBody } from './read-body.ts';

type Call<E extends Endpoint> = {
  readonly body: BodyOutput<E>;
  readonly params: ParamsOf<E>;
  readonly viewer: E['access'] extends 'public' ? undefined : Viewer;
  readonly device: Device;
  readonly request: Request;
  readonly response: Response;
};

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<ResponseOf<E>> | ResponseOf<E>;
export type Serve = <E extends Endpoint>(endpoint: E, handle: Handler<E>) => void;

/** An IPv4 address that came over an IPv6 socket is still an IPv4 address. */
const addressOf = (request: Request): string | null => request.ip?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;

const deviceOf = (request: Request): Device => ({
  userAgent: request.get('User-Agent')?.slice(0, 400) ?? null,
  address: addressOf(request),
});

/**
 * Serves endpoints of the contract: finds the viewer, parses the body, calls the handler, and sends the answer after
 * parsing it, too, so that nothing leaves that the contract does not name.
 */
export const createServe =
  (router: Router, findViewer: FindViewer): Serve =>
  (endpoint, handle) => {
    const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>;
    router[method](endpoint.path, async (request: Request, response: Response) => {
      const early = endpoint.access === 'public' ? undefined : await findViewer(request);
      if (early && endpoint.access === 'session') requireSignIn(early);
      if (early) response.locals.userId = early.user.id;
      const body = endpoint.body && (await readBody(endpoint.body, endpoint.encoding ?? 'json', request, response));
      // Again: whoever sends the body slowly may have been signed out, or have lost a right, before it was whole.
      const viewer = early && endpoint.body ? await findViewer(request) : early;
      const call = { body, params: request.params, viewer, device: deviceOf(request), request, response };
      const answer = await handle(call as Parameters<typeof handle>[0]);
      response.status(endpoint.status);
      if (endpoint.response) response.json(z.parse(endpoint.response, answer));
      else response.end();
    });
  };
