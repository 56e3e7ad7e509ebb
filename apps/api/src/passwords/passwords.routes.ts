import * as contract from '@latchkey/contract/passwords';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RefreshTokens } from '../sessions/refresh-token.ts';
import type { SessionCookie } from '../sessions/session-cookie.ts';
import { changePassword } from './change.ts';
import { forgotPassword } from './forgot.ts';
import { resetPassword } from './reset.ts';

type Needs = NeedsOf<typeof changePassword | typeof forgotPassword | typeof resetPassword> & {
  readonly refreshTokens: RefreshTokens;
  readonly cookie: SessionCookie;
};

export const passwordRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const { refreshTokens, cookie } = services;
  const change = changePassword(services);
  const forgot = forgotPassword(services);
  const reset = resetPassword(services);

  serve(contract.changePassword, async ({ principal, body, request, response }) => {
    const presented = refreshTokens.verify(cookie.read(request) ?? '');
    // Only the browser of this session receives the new cookie. Other clients keep their tokens.
    const isOwnPage = presented.status === 'valid' && presented.claims.sid === principal.session.id;
    if (isOwnPage) cookie.requireOwnOrigin(request);
    const issued = await change(principal, body, isOwnPage);
    if (issued) cookie.deliver(response, issued, 'cookie');
    return undefined;
  });

  serve(contract.forgotPassword, async ({ body, client }) => {
    await forgot(body.login, client);
    return undefined;
  });

  serve(contract.resetPassword, async ({ body, client }) => {
    await reset(body, client);
    return undefined;
  });
};
