import * as contract from '@latchkey/contract/accounts';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { SessionCookie } from '../sessions/session-cookie.ts';
import { closeAccount } from './close-account.ts';
import { exportData } from './export-data.ts';
import { type ShowUser, updateProfile } from './profile.ts';
import { register } from './register.ts';

type Needs = NeedsOf<typeof register | typeof updateProfile | typeof exportData | typeof closeAccount> & {
  readonly cookie: SessionCookie;
  readonly showUser: ShowUser;
};

export const accountRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { cookie, showUser } = services;
  const does = {
    register: register(services),
    updateProfile: updateProfile(services),
    exportData: exportData(services),
    closeAccount: closeAccount(services),
  };

  serve(contract.register, async ({ body: { delivery = 'body', ...registration }, client, request, response }) => {
    if (delivery === 'cookie') cookie.requireOwnOrigin(request);
    return cookie.deliver(response, await does.register(registration, client), delivery);
  });

  serve(contract.me, ({ principal }) => showUser(principal));

  serve(contract.updateMe, ({ principal, body }) => does.updateProfile(principal, body));

  serve(contract.exportMe, async ({ principal, body, response }) => {
    const zip = await does.exportData(principal, body.password);
    response.attachment(`${principal.user.username}-data.zip`);
    return zip;
  });

  serve(contract.deleteMe, async ({ principal, body, response }) => {
    await does.closeAccount(principal, body.password);
    cookie.clear(response);
    return undefined;
  });
};
