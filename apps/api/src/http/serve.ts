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
import { type ClientInfo, clientInfoOf } from '../client/client-info.ts';
import { addressOf, networkOf } from '../client/network.ts';
import type { LocalLimiter } from '../limits/local-limiter.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import { Problem } from '../problem.ts';
import { parseInput, readBody } from './read-body.ts';

/** What a served call needs to know of its principal; the features know the rest. */
type Caller = {
  readonly session: { readonly id: string };
  readonly user: { readonly id: string };
  readonly device: ClientInfo;
};

type Call<E extends Endpoint, Principal> = {
  readonly body: BodyOutput<E>;
  readonly params: ParamsOf<E>;
  readonly query: QueryOutput<E>;
  readonly principal: E['access'] extends 'public' ? undefined : Principal;
  readonly device: ClientInfo;
  readonly request: Request;
  readonly response: Response;
};

type Handler<E extends Endpoint, Principal> = (call: Call<E, Principal>) => Promise<ResponseOf<E>> | ResponseOf<E>;
export type Serve<Principal = unknown> = <E extends Endpoint>(endpoint: E, handle: Handler<E, Principal>) => void;

type Needs<Principal> = {
  readonly authenticate: (request: Request) => Promise<Principal>;
  /** Throws for a principal that an endpoint with `access: 'session'` does not accept. */
  readonly requireUserSession: (principal: Principal) => void;
  readonly rateLimit: RateLimiter;
  readonly localLimit: LocalLimiter;
};

const namesNothing = (): Problem => new Problem('not_found', 'There is nothing at this address.');

/**
 * Serves endpoints of the contract: authenticates, applies the rate limit, parses query and body, calls the handler, and
 * parses its answer, so that nothing leaves that the contract does not declare.
 */
export const createServe =
  <Principal extends Caller>(
    router: IRouter,
    { authenticate, requireUserSession, rateLimit, localLimit }: Needs<Principal>,
  ): Serve<Principal> =>
  (endpoint, handle) => {
    const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>;
    const { rate } = endpoint;
    const nameFor = (caller: string): string => `${endpoint.method} ${endpoint.path}\n${caller}`;

    const countNetwork = async (request: Request): Promise<void> => {
      const name = nameFor(networkOf(addressOf(request)));
      if (asksDatabase(endpoint)) await rateLimit([rate, name]);
      else localLimit(rate, name);
    };
    const countViewer = ({ session, user }: Principal): Promise<void> =>
      rateLimit([rate, nameFor(session.id)], [accountRate(rate), nameFor(`account ${user.id}`)]);

    /** Callers without a live token count by their network. */
    const countedViewer = async (request: Request): Promise<Principal | undefined> => {
      if (endpoint.access === 'public') return void (await countNetwork(request));
      const principal = await authenticate(request).catch(async (refusal) => {
        await countNetwork(request);
        throw refusal;
      });
      await countViewer(principal);
      return principal;
    };

    router[method](endpoint.path, async (request: Request, response: Response) => {
      const early = await countedViewer(request);
      if (early && endpoint.access === 'session') requireUserSession(early);
      if (early) response.locals.userId = early.user.id;
      if (endpoint.params && !z.safeParse(endpoint.params, request.params).success) throw namesNothing();
      const query = endpoint.query && parseInput(endpoint.query, request.query);
      const body = endpoint.body && (await readBody(endpoint.body, endpoint.encoding ?? 'json', request, response));
      // Again: whoever sends the body slowly may have been signed out, or have lost a right, before it was whole.
      const principal = early && endpoint.body ? await authenticate(request) : early;
      const device = principal?.device ?? clientInfoOf(request);
      const call = { body, params: request.params, query, principal, device, request, response };
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
