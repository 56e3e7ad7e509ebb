import * as contract from '@latchkey/contract/tokens';
import { toUser } from '../accounts/to-user.ts';
import type { Serve } from '../http/serve.ts';

export const tokenRoutes = (serve: Serve): void => {
  serve(contract.currentToken, ({ viewer }) => ({
    active: true as const,
    user: toUser(viewer.user),
    claims: viewer.claims,
  }));
};
