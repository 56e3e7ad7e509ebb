import {
  asksDatabase,
  type BodyOutput,
  type Endpoint,
  type ParamsOf,
  type QueryOutput,
  type ResponseOf,
} from '@latchkey/contract/endpoint';
import type { IRouter, Request, Response } from 'express';
import * as z from 'zod/mini';
import { type Device, deviceOf } from './device.ts';
import { type FindViewer, requireSignIn, type Viewer } from './find-viewer.ts';
import { addressOf, networkOf } from './network.ts';
import type { RateLimit } from './rate-limit.ts';
import { parseInput, readBody } from './read-body.ts';

type Call<E extends Endpoint> = {
  readonly body: BodyOutput<E>;
  readonly params: ParamsOf<E>;
  readonly query: QueryOutput<E>;
  readonly viewer: E['access'] extends 'public' ? undefined : Viewer;
  readonly device: Device;
  readonly request: Request;
  readonly response: Response;
};

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<ResponseOf<E>> | ResponseOf<E>;
export type Serve = <E extends Endpoint>(endpoint: E, handle: Handler<E>) => void;

/**
 * Serves endpoints of the contract: finds the viewer, counts the call, parses query and body, calls the handler, and sends
 * the answer after parsing it, too, so that nothing leaves that the contract does not name.
 */
export const createServe =
  (router: IRouter, findViewer: FindViewer, rateLimit: RateLimit): Serve =>
  (endpoint, handle) => {
    const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>;
    const where = asksDatabase(endpoint) ? 'everywhere' : 'here';
    const count = (caller: string): Promise<void> =>
      rateLimit.spend(endpoint.rate, `${endpoint.method} ${endpoint.path}\n${caller}`, where);

    /** Nobody is too unknown to be counted: who has no live token counts by the network. */
    const countedViewer = async (request: Request): Promise<Viewer | undefined> => {
      const network = (): string => networkOf(addressOf(request));
      if (endpoint.access === 'public') return void (await count(network()));
      const viewer = await findViewer(request).catch(async (refusal) => {
        await count(network());
        throw refusal;
      });
      await count(viewer.session.id);
      return viewer;
    };

    router[method](endpoint.path, async (request: Request, response: Response) => {
      const early = await countedViewer(request);
      if (early && endpoint.access === 'session') requireSignIn(early);
      if (early) response.locals.userId = early.user.id;
      const query = endpoint.query && parseInput(endpoint.query, request.query);
      const body = endpoint.body && (await readBody(endpoint.body, endpoint.encoding ?? 'json', request, response));
      // Again: whoever sends the body slowly may have been signed out, or have lost a right, before it was whole.
      const viewer = early && endpoint.body ? await findViewer(request) : early;
      const device = viewer?.device ?? deviceOf(request);
      const call = { body, params: request.params, query, viewer, device, request, response };
      const answer = await handle(call as Parameters<typeof handle>[0]);
      response.statusCode = endpoint.status;
      if (!endpoint.response) return void response.end();
      const text = JSON.stringify(z.parse(endpoint.response, answer));
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      // Said to a HEAD request, too.
      response.setHeader('Content-Length', Buffer.byteLength(text));
      response.end(text);
    });
  };
