import * as contract from '@latchkey/contract/tokens';
import type { Router } from 'express';
import { toUser } from '../accounts/to-user.ts';
import type { Serve } from '../http/serve.ts';
import type { issueToken } from './issue.ts';
import type { listNamedTokens, revokeNamedToken } from './named-tokens.ts';
import type { RevocationFeed } from './revocation-feed.ts';

type Needs = {
  readonly issueToken: ReturnType<typeof issueToken>;
  readonly listNamedTokens: ReturnType<typeof listNamedTokens>;
  readonly revokeNamedToken: ReturnType<typeof revokeNamedToken>;
};

export const tokenRoutes = (serve: Serve, { issueToken, listNamedTokens, revokeNamedToken }: Needs): void => {
  serve(contract.currentToken, ({ viewer }) => ({
    active: true as const,
    user: toUser(viewer.user),
    claims: viewer.claims,
  }));

  serve(contract.issueToken, ({ viewer, body }) => issueToken(viewer, body));

  serve(contract.listTokens, async ({ viewer }) => ({ tokens: await listNamedTokens(viewer.user.id) }));

  serve(contract.revokeToken, async ({ viewer, params }) => {
    await revokeNamedToken(viewer.user.id, params.id);
    return undefined;
  });
};

/** Nobody waits longer: proxies cut what is silent for more than half a minute. */
const longestWaitSeconds = 25;

/** Not JSON but a JWT, and it waits: the one address that is not in the contract (docs/decisions/0006). */
export const revocationFeedRoute = (router: Router, feed: RevocationFeed): void => {
  router.get('/api/tokens/revocations', async (request, response) => {
    const [, wished] = /\bwait=(\d{1,3})\b/.exec(request.get('Prefer') ?? '') ?? [];
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const etag = request.get('If-None-Match');
    const edition = await feed.next(etag, Math.min(Number(wished ?? 0), longestWaitSeconds), gone.signal);
    if (edition) response.set('ETag', edition.etag).type('application/jwt').send(feed.sign(edition));
    else response.set('ETag', etag).status(304).end();
  });
};
