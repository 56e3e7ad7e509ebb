import type { AccessTokens } from '../sessions/access-token.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = { readonly sessions: SessionStore; readonly accessTokens: AccessTokens };

/** Whether an access token of any audience is active (RFC 7662). The answer gives no reason for an inactive one (§2.2). */
export const introspect =
  ({ sessions, accessTokens }: Needs) =>
  async (token: string) => {
    const verdict = accessTokens.verifyForAnyone(token);
    if (verdict.status !== 'valid') return { active: false };
    const { auth_time, type, ...claims } = verdict.claims;
    const found = await sessions.findLive(claims);
    return found
      ? { active: true, token_type: 'bearer' as const, ...claims, role: found.user.role }
      : { active: false };
  };
