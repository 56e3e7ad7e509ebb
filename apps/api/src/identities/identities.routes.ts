import * as contract from '@latchkey/contract/identities';
import { pages } from '@latchkey/contract/pages';
import type { Request } from 'express';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { SessionCookie } from '../sessions/session-cookie.ts';
import type { AttemptCookie } from './attempt-cookie.ts';
import { linkIdentity, listIdentities, unlinkIdentity } from './connected-identities.ts';
import { identify } from './identify.ts';
import { registerWithIdentity } from './register-with-identity.ts';
import { signInWithIdentity } from './sign-in-with-identity.ts';
import { startAttempt } from './start-attempt.ts';

type Needs = NeedsOf<
  | typeof startAttempt
  | typeof identify
  | typeof signInWithIdentity
  | typeof registerWithIdentity
  | typeof listIdentities
  | typeof linkIdentity
  | typeof unlinkIdentity
> & { readonly cookie: SessionCookie; readonly attemptCookie: AttemptCookie };

export const identityRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { providers, cookie, attemptCookie } = services;
  const does = {
    start: startAttempt(services),
    identify: identify(services),
    signIn: signInWithIdentity(services),
    register: registerWithIdentity(services),
    list: listIdentities(services),
    link: linkIdentity(services),
    unlink: unlinkIdentity(services),
  };

  /** What the cookie of our own page adds to `state`. */
  const secretsOf = (request: Request, state: string) => {
    cookie.requireOwnOrigin(request);
    return { state, browser: attemptCookie.read(request) };
  };

  serve(contract.listProviders, () => ({ providers: providers.list }));

  serve(contract.startAttempt, async ({ params, body, request, response }) => {
    cookie.requireOwnOrigin(request);
    return { location: await does.start(params.provider, body, attemptCookie.renew(request, response)) };
  });

  serve(contract.receiveCallback, ({ params, request }) => {
    providers.get(params.provider);
    const [, query = ''] = request.originalUrl.split('?');
    return `${pages.continueSignIn}#${new URLSearchParams({ provider: params.provider, query: `?${query}` })}`;
  });

  serve(contract.identify, ({ params, body, request }) => {
    const { browser } = secretsOf(request, '');
    return does.identify(params.provider, body.query, browser);
  });

  serve(contract.signInWithIdentity, async ({ body, client, request, response }) => {
    const { attempt, delivery = 'body', reopen = false } = body;
    const origin = { client, deviceToken: cookie.readDevice(request) };
    return cookie.deliver(response, await does.signIn(secretsOf(request, attempt), reopen, origin), delivery);
  });

  serve(contract.registerWithIdentity, async ({ body, client, request, response }) => {
    const { attempt, delivery = 'body', ...profile } = body;
    return cookie.deliver(response, await does.register(secretsOf(request, attempt), profile, client), delivery);
  });

  serve(contract.listIdentities, ({ principal }) => does.list(principal));

  serve(contract.linkIdentity, ({ principal, body, request }) =>
    does.link(principal, secretsOf(request, body.attempt)),
  );

  serve(contract.unlinkIdentity, async ({ principal, params }) => {
    await does.unlink(principal, params.id);
    return undefined;
  });
};
