import type { BodyOutput, Endpoint, ParamsOf, QueryOutput, ResponseOf } from '@latchkey/contract/endpoint';
import { accountRate } from '@latchkey/contract/limits';
import type { IRouter, Request, Response } from 'express';
import * as z from 'zod/mini';
import { type ClientInfo, clientInfoOf } from '../client/client-info.ts';
import { addressOf, networkOf } from '../client/network.ts';
import type { LocalLimiter } from '../limits/local-limiter.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import { Problem } from '../problem.ts';
import { parseInput, readBody } from './read-body.ts';
import { sendAnswer } from './send-answer.ts';

/** The part of a principal that every call needs. */
type Caller = {
  readonly session: { readonly id: string };
  readonly user: { readonly id: string };
  readonly client: ClientInfo;
};

type Call<E extends Endpoint, Principal> = {
  readonly body: BodyOutput<E>;
  readonly params: ParamsOf<E>;
  readonly query: QueryOutput<E>;
  readonly principal: E['access'] extends 'public' ? undefined : Principal;
  readonly client: ClientInfo;
  readonly request: Request;
  readonly response: Response;
};

type Handler<E extends Endpoint, Principal> = (call: Call<E, Principal>) => Promise<ResponseOf<E>> | ResponseOf<E>;
export type Serve<Principal = unknown> = <E extends Endpoint>(endpoint: E, handle: Handler<E, Principal>) => void;

type Needs<Principal> = {
  readonly authenticate: (request: Request, endpoint: Endpoint) => Promise<Principal>;
  /** Throws for a principal that may not call this endpoint. */
  readonly authorize: (principal: Principal, endpoint: Endpoint) => void;
  readonly rateLimit: RateLimiter;
  readonly localLimit: LocalLimiter;
};

/**
 * Serves endpoints of the contract: authenticates, applies the rate limit, authorizes, parses query and body, calls the
 * handler, and parses its answer, so that nothing leaves that the contract does not declare.
 */
export const createServe =
  <Principal extends Caller>(
    router: IRouter,
    { authenticate, authorize, rateLimit, localLimit }: Needs<Principal>,
  ): Serve<Principal> =>
  (endpoint, handle) => {
    const method = endpoint.method.toLowerCase() as Lowercase<typeof endpoint.method>;
    const { rate } = endpoint;
    const nameFor = (caller: string): string => `${endpoint.method} ${endpoint.path}\n${caller}`;

    const countNetwork = async (request: Request): Promise<void> => {
      const name = nameFor(networkOf(addressOf(request)));
      if (endpoint.asksDatabase === false) localLimit(rate, name);
      else await rateLimit([rate, name]);
    };

    /** Callers without a live token count by their network. */
    const countedPrincipal = async (request: Request): Promise<Principal | undefined> => {
      if (endpoint.access === 'public') return void (await countNetwork(request));
      const principal = await authenticate(request, endpoint).catch(async (refusal) => {
        await countNetwork(request);
        throw refusal;
      });
      await rateLimit(
        [rate, nameFor(principal.session.id)],
        [accountRate(rate), nameFor(`account ${principal.user.id}`)],
      );
      return principal;
    };

    router[method](endpoint.path, async (request: Request, response: Response) => {
      response.locals.endpointPath = endpoint.path;
      let principal = await countedPrincipal(request);
      if (principal) authorize(principal, endpoint);
      if (principal) response.locals.userId = principal.user.id;
      if (endpoint.params && !z.safeParse(endpoint.params, request.params).success) {
        throw new Problem('not_found', 'There is nothing at this address.');
      }
      const query = endpoint.query && parseInput(endpoint.query, request.query);
      const body = endpoint.body && (await readBody(endpoint.body, endpoint.encoding ?? 'json', request, response));
      if (principal && endpoint.body) {
        // Again: while a slow body arrived, the session may have ended, or the account may have lost a permission.
        principal = await authenticate(request, endpoint);
        authorize(principal, endpoint);
      }
      const client = principal?.client ?? clientInfoOf(request);
      const call = { body, params: request.params, query, principal, client, request, response };
      return sendAnswer(endpoint, response, await handle(call as Parameters<typeof handle>[0]));
    });
  };
