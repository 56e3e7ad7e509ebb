import * as contract from '@latchkey/contract/oauth';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { EndByToken } from '../sessions/end-by-token.ts';
import { introspect } from './introspect.ts';

type Needs = NeedsOf<typeof introspect> & { readonly endByToken: EndByToken };

export const oauthRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { endByToken } = services;
  const does = { introspect: introspect(services) };

  serve(contract.introspect, ({ body }) => does.introspect(body.token));

  serve(contract.revoke, async ({ body, client }) => {
    await endByToken([body.token], 'revoked', client);
    return undefined;
  });
};
