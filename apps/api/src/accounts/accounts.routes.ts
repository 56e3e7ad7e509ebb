import * as contract from '@latchkey/contract/accounts';
import type { Serve } from '../http/serve.ts';
import type { SessionCookie } from '../sessions/session-cookie.ts';
import type { deleteAccount, updateProfile } from './profile.ts';
import type { register } from './register.ts';
import { toUser } from './to-user.ts';

type Needs = {
  readonly register: ReturnType<typeof register>;
  readonly updateProfile: ReturnType<typeof updateProfile>;
  readonly deleteAccount: ReturnType<typeof deleteAccount>;
  readonly cookie: SessionCookie;
};

export const accountRoutes = (serve: Serve, { register, updateProfile, deleteAccount, cookie }: Needs): void => {
  serve(contract.register, async ({ body: { delivery = 'body', ...registration }, device, request, response }) => {
    if (delivery === 'cookie') cookie.requireOwnOrigin(request);
    return cookie.deliver(response, await register(registration, device), delivery);
  });

  serve(contract.me, ({ viewer }) => toUser(viewer.user));

  serve(contract.updateMe, ({ viewer, body }) => updateProfile(viewer, body));

  serve(contract.deleteMe, async ({ viewer, body, response }) => {
    await deleteAccount(viewer, body.password);
    cookie.clear(response);
    return undefined;
  });
};
