import * as contract from '@latchkey/contract/tokens';
import { revocationFeedPath } from '@latchkey/contract/well-known';
import type { IRouter } from 'express';
import type { ShowUser } from '../accounts/profile.ts';
import { addressOf, networkOf } from '../client/network.ts';
import { matchesEtag, preferredWaitSeconds } from '../http/conditional.ts';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import { Problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import { listTokens, revokeToken } from './api-tokens.ts';
import { forwardAuth } from './forward-auth.ts';
import { issueToken } from './issue.ts';
import type { RevocationFeed } from './revocation-feed.ts';

type Needs = NeedsOf<typeof forwardAuth | typeof issueToken | typeof listTokens | typeof revokeToken> & {
  readonly showUser: ShowUser;
};

export const tokenRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const does = {
    forwardAuth: forwardAuth(services),
    issueToken: issueToken(services),
    listTokens: listTokens(services),
    revokeToken: revokeToken(services),
  };

  serve(contract.currentToken, async ({ principal }) => ({
    active: true as const,
    user: await services.showUser(principal),
    claims: principal.claims,
  }));

  serve(contract.forwardAuth, ({ principal, query }) => does.forwardAuth(principal, query));

  serve(contract.issueToken, ({ principal, body }) => does.issueToken(principal, body));

  serve(contract.listTokens, async ({ principal }) => ({ tokens: await does.listTokens(principal.user.id) }));

  serve(contract.revokeToken, async ({ principal, params }) => {
    await does.revokeToken(principal, params.id);
    return undefined;
  });
};

/** Proxies close a connection that is silent for more than half a minute. */
const maxWaitSeconds = 25;

/** Each waiting request keeps a connection open; no network needs more of them. */
const maxWaitingPerNetwork = 200;

/**
 * The revocation feed is not in the contract, because it answers with a JWT and can wait (docs/decisions/0006).
 * @param maxWaiting the waiting requests of all networks; further ones are answered immediately
 */
export const revocationFeedRoute = (router: IRouter, feed: RevocationFeed, maxWaiting = 2_000): void => {
  const waiting = new Map<string, number>();
  let total = 0;
  const count = (network: string, by: 1 | -1): number => {
    total += by;
    const now = (waiting.get(network) ?? 0) + by;
    if (now === 0) waiting.delete(network);
    else waiting.set(network, now);
    return now;
  };
  router.get(revocationFeedPath, async (request, response) => {
    const network = networkOf(addressOf(request));
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
      count(network, -1);
    });
    if (count(network, 1) > maxWaitingPerNetwork) {
      throw new Problem('too_many_attempts', 'Too many requests from your address are waiting.', {
        retryAfterSeconds: 5,
      });
    }
    const isKnown = (etag: string): boolean => matchesEtag(request.get('If-None-Match'), etag);
    const waitSeconds = Math.min(preferredWaitSeconds(request.get('Prefer')), maxWaitSeconds);
    const hasChanged = await feed.waitForChange(isKnown, total > maxWaiting ? 0 : waitSeconds, gone.signal);
    if (!hasChanged) return void response.set('ETag', feed.etag()).status(304).end();
    const { etag, jwt } = feed.current();
    response
      .set('ETag', etag)
      .type('application/jwt')
      .send(await jwt);
  });
};
