import type { BodyOutput, ResponseOf } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/oauth';
import type { App } from '../apps/app-store.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = { readonly sessions: SessionStore; readonly accessTokens: AccessTokens };

/**
 * Whether an access token of any audience is active (RFC 7662). The answer gives no reason for an inactive one (§2.2).
 * @param app the app that asks, if it is one; that of a third party learns about its own tokens only (§4)
 */
export const introspect =
  ({ sessions, accessTokens }: Needs) =>
  async (
    { token }: Pick<BodyOutput<typeof contract.introspect>, 'token'>,
    app: App | undefined,
  ): Promise<ResponseOf<typeof contract.introspect>> => {
    const verdict = accessTokens.verifyForAnyone(token);
    if (verdict.status !== 'valid') return { active: false };
    const { auth_time, type, ...claims } = verdict.claims;
    if (app?.isThirdParty && claims.client_id !== app.id) return { active: false };
    const found = await sessions.findLive(claims);
    return found
      ? { active: true, token_type: 'bearer' as const, ...claims, role: found.user.role }
      : { active: false };
  };
