import * as contract from '@latchkey/contract/oauth';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import { introspect } from './introspect.ts';
import { revoke } from './revoke.ts';

type Needs = NeedsOf<typeof introspect | typeof revoke>;

export const oauthRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const does = { introspect: introspect(services), revoke: revoke(services) };

  serve(contract.introspect, ({ body }) => does.introspect(body.token));

  serve(contract.revoke, async ({ body, client }) => {
    await does.revoke(body.token, client);
    return undefined;
  });
};
