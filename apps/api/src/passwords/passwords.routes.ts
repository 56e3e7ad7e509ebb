import * as contract from '@latchkey/contract/passwords';
import type { Serve } from '../http/serve.ts';
import type { changePassword } from './change.ts';

type Needs = { readonly changePassword: ReturnType<typeof changePassword> };

export const passwordRoutes = (serve: Serve, { changePassword }: Needs): void => {
  serve(contract.changePassword, async ({ viewer, body }) => {
    await changePassword(viewer, body.currentPassword, body.newPassword);
    return undefined;
  });
};
