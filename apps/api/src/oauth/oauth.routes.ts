import * as contract from '@latchkey/contract/oauth';
import type { Serve } from '../http/serve.ts';
import type { introspect } from './introspect.ts';
import type { revoke } from './revoke.ts';

type Needs = {
  readonly introspect: ReturnType<typeof introspect>;
  readonly revoke: ReturnType<typeof revoke>;
};

export const oauthRoutes = (serve: Serve, { introspect, revoke }: Needs): void => {
  serve(contract.introspect, ({ viewer, body }) => introspect(viewer.user, body.token));

  serve(contract.revoke, async ({ body, device }) => {
    await revoke(body.token, device);
    return undefined;
  });
};
