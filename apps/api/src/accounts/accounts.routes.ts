import * as contract from '@latchkey/contract/accounts';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { SessionCookie } from '../sessions/session-cookie.ts';
import { deleteAccount, updateProfile } from './profile.ts';
import { register } from './register.ts';
import { toUser } from './to-user.ts';

type Needs = NeedsOf<typeof register | typeof updateProfile | typeof deleteAccount> & {
  readonly cookie: SessionCookie;
};

export const accountRoutes = (serve: Serve, services: Needs): void => {
  const { cookie } = services;
  const does = {
    register: register(services),
    updateProfile: updateProfile(services),
    deleteAccount: deleteAccount(services),
  };

  serve(contract.register, async ({ body: { delivery = 'body', ...registration }, device, request, response }) => {
    if (delivery === 'cookie') cookie.requireOwnOrigin(request);
    return cookie.deliver(response, await does.register(registration, device), delivery);
  });

  serve(contract.me, ({ viewer }) => toUser(viewer.user));

  serve(contract.updateMe, ({ viewer, body }) => does.updateProfile(viewer, body));

  serve(contract.deleteMe, async ({ viewer, body, response }) => {
    await does.deleteAccount(viewer, body.password);
    cookie.clear(response);
    return undefined;
  });
};
