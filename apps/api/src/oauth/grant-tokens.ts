import type { BodyOutput } from '@latchkey/contract/endpoint';
import * as contract from '@latchkey/contract/oauth';
import type { App } from '../apps/app-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { Problem } from '../problem.ts';
import type { refresh } from '../sessions/refresh.ts';
import type { RefreshTokens } from '../sessions/refresh-token.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { grantClientCredentials } from './grant-client-credentials.ts';
import type { IssueAppTokens } from './issue-app-tokens.ts';
import { invalidGrant, type redeemCode } from './redeem-code.ts';
import type { redeemDeviceCode } from './redeem-device-code.ts';

type Tokens = Awaited<ReturnType<IssueAppTokens>>;

type Needs = {
  readonly sessions: SessionStore;
  readonly appRefreshTokens: RefreshTokens;
  readonly redeemCode: ReturnType<typeof redeemCode>;
  readonly redeemDeviceCode: ReturnType<typeof redeemDeviceCode>;
  readonly grantClientCredentials: ReturnType<typeof grantClientCredentials>;
  readonly refreshApp: ReturnType<typeof refresh<Tokens>>;
};

/** The grants of the token endpoint (RFC 6749 §4.1.3, §4.4.2 and §6, RFC 8628 §3.4). */
export const grantTokens =
  ({ sessions, appRefreshTokens, redeemCode, redeemDeviceCode, grantClientCredentials, refreshApp }: Needs) =>
  async (app: App, grant: BodyOutput<typeof contract.token>, client: ClientInfo): Promise<Tokens> => {
    if (grant.grant_type === 'authorization_code') return redeemCode(app, grant, client);
    if (grant.grant_type === 'client_credentials') return grantClientCredentials(app, grant.scope ?? '', client);
    if (grant.grant_type === contract.deviceGrantType) return redeemDeviceCode(app, grant.device_code ?? '', client);
    if (grant.grant_type !== 'refresh_token')
      throw new Problem('unsupported_grant_type', 'The discovery document lists the grant types.');
    const token = grant.refresh_token ?? '';
    const verdict = appRefreshTokens.verify(token);
    if (verdict.status === 'invalid') throw invalidGrant();
    const found = await sessions.findWithUser(verdict.claims.sid);
    if (found?.session.appId !== app.id) throw invalidGrant();
    // The same browser as before: an app's server refreshes, or the browser itself.
    return refreshApp(token, { address: client.address, userAgent: found.session.userAgent });
  };
