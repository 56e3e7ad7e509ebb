import {
  asksDatabase,
  type BodyOutput,
  type Endpoint,
  type ParamsOf,
  type QueryOutput,
  type ResponseOf,
} from '@latchkey/contract/endpoint';
import { accountRate } from '@latchkey/contract/limits';
import type { IRouter, Request, Response } from 'express';
import * as z from 'zod/mini';
import { type Device, deviceOf } from './device.ts';
import { type FindViewer, requireSignIn, type Viewer } from './find-viewer.ts';
import type { LocalLimit } from './local-limit.ts';
import { addressOf, networkOf } from './network.ts';
import { Problem } from './problem.ts';
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

const namesNothing = (): Problem => new Problem('not_found', 'There is nothing at this address.');

/**
 * Serves endpoints of the contract: finds the viewer, counts the call, parses query and body, calls the handler, and sends
 * the answer after parsing it, too, so that nothing leaves that the contract does not name.
 */
export const createServe =
  (router: IRouter, findViewer: FindViewer, limits: { rateLimit: RateLimit; localLimit: LocalLimit }): Serve =>
  (endpoint, handle) => {
    const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>;
    const { rate } = endpoint;
    const nameFor = (caller: string): string => `${endpoint.method} ${endpoint.path}\n${caller}`;

    const countNetwork = async (request: Request): Promise<void> => {
      const name = nameFor(networkOf(addressOf(request)));
      if (asksDatabase(endpoint)) await limits.rateLimit([rate, name]);
      else limits.localLimit(rate, name);
    };
    const countViewer = ({ session, user }: Viewer): Promise<void> =>
      limits.rateLimit([rate, nameFor(session.id)], [accountRate(rate), nameFor(`account ${user.id}`)]);

    /** Callers without a live token count by their network. */
    const countedViewer = async (request: Request): Promise<Viewer | undefined> => {
      if (endpoint.access === 'public') return void (await countNetwork(request));
      const viewer = await findViewer(request).catch(async (refusal) => {
        await countNetwork(request);
        throw refusal;
      });
      await countViewer(viewer);
      return viewer;
    };

    router[method](endpoint.path, async (request: Request, response: Response) => {
      const early = await countedViewer(request);
      if (early && endpoint.access === 'session') requireSignIn(early);
      if (early) response.locals.userId = early.user.id;
      if (endpoint.params && !z.safeParse(endpoint.params, request.params).success) throw namesNothing();
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
