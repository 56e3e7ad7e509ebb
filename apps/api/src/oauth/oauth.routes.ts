import * as contract from '@latchkey/contract/oauth';
import type { Permission } from '@latchkey/contract/permissions';
import type { Request } from 'express';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import { Problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { EndByToken } from '../sessions/end-by-token.ts';
import { authenticateApp, isAppRequest } from './authenticate-app.ts';
import { authorize } from './authorize.ts';
import { authorizeDevice, decideDevice } from './authorize-device.ts';
import { endSession } from './end-session.ts';
import { grantTokens } from './grant-tokens.ts';
import { introspect } from './introspect.ts';
import { userClaimsOf } from './user-claims.ts';

type UseCases =
  | typeof introspect
  | typeof authorize
  | typeof authorizeDevice
  | typeof decideDevice
  | typeof endSession
  | typeof authenticateApp
  | typeof grantTokens;
type Needs = NeedsOf<UseCases> & {
  readonly endByToken: EndByToken;
  readonly accounts: AccountStore;
  /** @throws Problem if the request has an access token that is not that of a user session */
  readonly findPrincipal: (request: Request) => Promise<Principal | undefined>;
  /** @throws Problem unless the request has the access token of a user with this permission */
  readonly requirePermission: (request: Request, permission: Permission) => Promise<void>;
};

export const oauthRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { endByToken, accounts, findPrincipal, requirePermission } = services;
  const does = {
    introspect: introspect(services),
    authorize: authorize(services),
    endSession: endSession(services),
    authenticateApp: authenticateApp(services),
    grantTokens: grantTokens(services),
    authorizeDevice: authorizeDevice(services),
    decideDevice: decideDevice(services),
  };

  serve(contract.introspect, async ({ body, request }) => {
    const app = isAppRequest(request, body) ? await does.authenticateApp(request, body) : undefined;
    // Anybody can name a public app.
    if (app?.isConfidential === false) throw new Problem('invalid_client', 'A confidential app is required.');
    if (!app) await requirePermission(request, 'tokens:introspect');
    return does.introspect(body, app);
  });

  serve(contract.revoke, async ({ body, client }) => {
    await endByToken([body.token], 'revoked', client);
    return undefined;
  });

  serve(contract.authorize, async ({ body, request }) => does.authorize(body, await findPrincipal(request)));

  serve(contract.requestLogout, async ({ body, request }) => does.endSession(body.query, await findPrincipal(request)));

  serve(contract.token, async ({ body, client, request }) => {
    const app = await does.authenticateApp(request, body);
    return does.grantTokens(app, body, client);
  });

  serve(contract.authorizeDevice, async ({ body, request }) =>
    does.authorizeDevice(await does.authenticateApp(request, body), body.scope ?? ''),
  );

  serve(contract.decideDevice, ({ principal, body }) => does.decideDevice(principal, body.userCode, body.isAllowed));

  const userinfo = async ({ principal: { user, session } }: { principal: Principal }) => {
    const scopes = session.scope?.split(' ') ?? [];
    const account = await accounts.findById(user.id);
    if (session.kind === 'app' && scopes.includes('openid') && account) return userClaimsOf(account, scopes);
    throw new Problem('insufficient_scope', 'The access token of an app with the scope openid is required.');
  };
  serve(contract.getUserinfo, userinfo);
  serve(contract.postUserinfo, userinfo);
};
