import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account-store.ts';
import { toNumericDate } from '../clock.ts';
import { signJwtAside } from '../keys/jwt.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { RefreshTokens } from '../sessions/refresh-token.ts';
import type { Session } from '../sessions/session-store.ts';
import { userClaimsOf } from './user-claims.ts';

type Needs = {
  readonly keys: SigningKeys;
  readonly accessTokens: AccessTokens;
  readonly appRefreshTokens: RefreshTokens;
  readonly issuer: string;
};

/** OpenID Connect Core §3.1.3.6: the left half of the hash, of the algorithm that signs. All of ours use SHA-256. */
const hashHalf = (token: string): string =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

/** An ID token is for the moment of the sign-in: the app verifies it once. */
const idTokenSeconds = 600;

/** Signs the tokens for the current state of an app's session (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
export const issueAppTokens =
  ({ keys, accessTokens, appRefreshTokens, issuer }: Needs) =>
  async (session: Session, account: Account, signedAt: Date, nonce: string | null = null) => {
    const scope = session.scope ?? '';
    const scopes = scope.split(' ');
    const access_token = await accessTokens.sign({ user: account, session }, signedAt);
    const iat = toNumericDate(signedAt);
    const idToken = () =>
      signJwtAside('JWT', keys.current(), {
        iss: issuer,
        aud: session.appId,
        iat,
        exp: iat + idTokenSeconds,
        auth_time: toNumericDate(session.authenticatedAt),
        amr: session.methods,
        sid: session.id,
        at_hash: hashHalf(access_token),
        ...(nonce !== null && { nonce }),
        ...userClaimsOf(account, scopes),
      });
    return {
      access_token,
      token_type: 'Bearer' as const,
      expires_in: accessTokens.secondsOf(session, signedAt),
      scope,
      ...(scopes.includes('offline_access') && { refresh_token: appRefreshTokens.sign(session) }),
      ...(scopes.includes('openid') && { id_token: await idToken() }),
    };
  };

export type IssueAppTokens = ReturnType<typeof issueAppTokens>;
