import { problems } from '@latchkey/contract/problems';
import * as contract from '@latchkey/contract/sessions';
import type { Request } from 'express';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import { Problem } from '../problem.ts';
import { bearerToken, type Principal } from './authenticate.ts';
import type { EndByToken } from './end-by-token.ts';
import type { IssuedTokens } from './issue-tokens.ts';
import { logIn } from './log-in.ts';
import { refresh } from './refresh.ts';
import type { SessionCookie } from './session-cookie.ts';
import { endOtherSessions, endSession, listSessions } from './user-sessions.ts';

type Needs = NeedsOf<
  typeof logIn | typeof refresh<IssuedTokens> | typeof listSessions | typeof endSession | typeof endOtherSessions
> & { readonly cookie: SessionCookie; readonly endByToken: EndByToken };

export const sessionRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { cookie, endByToken } = services;
  const does = {
    logIn: logIn(services),
    refresh: refresh(services),
    listSessions: listSessions(services),
    endSession: endSession(services),
    endOtherSessions: endOtherSessions(services),
  };

  /** The token of the cookie, which only our own page may use. */
  const tokenInCookie = (request: Request): string | undefined => {
    const token = cookie.read(request);
    if (token) cookie.requireOwnOrigin(request);
    return token;
  };

  serve(contract.logIn, async ({ body: { delivery = 'body', ...credentials }, client, request, response }) => {
    if (delivery === 'cookie') cookie.requireOwnOrigin(request);
    const deviceToken = cookie.readDevice(request);
    return cookie.deliver(response, await does.logIn(credentials, { client, deviceToken }), delivery);
  });

  serve(contract.refresh, async ({ body, client, request, response }) => {
    if (body.refresh_token) return does.refresh(body.refresh_token, client);
    const token = tokenInCookie(request);
    if (!token) {
      cookie.clearSignedIn(request, response);
      throw new Problem('refresh_invalid', 'Send a refresh token in the body or as a cookie.');
    }
    try {
      return cookie.deliver(response, await does.refresh(token, client), 'cookie');
    } catch (error) {
      // The token is useless. Any other failure may be temporary, and must not sign the user out.
      if (error instanceof Problem && problems[error.code].status === 401) cookie.clear(response);
      throw error;
    }
  });

  serve(contract.logOut, async ({ body, client, request, response }) => {
    const inCookie = tokenInCookie(request);
    const tokens = [bearerToken(request), body.refresh_token, inCookie].filter((token) => token !== undefined);
    await endByToken(tokens, 'logged_out', client);
    // Only if the cookie was sent: a form on another site sends none, and must not clear it.
    if (inCookie !== undefined) cookie.clear(response);
    return undefined;
  });

  serve(contract.listSessions, async ({ principal }) => ({ sessions: await does.listSessions(principal.session) }));

  serve(contract.endSession, async ({ principal, params }) => {
    await does.endSession(principal, params.id);
    return undefined;
  });

  serve(contract.endOtherSessions, async ({ principal }) => {
    await does.endOtherSessions(principal);
    return undefined;
  });
};
