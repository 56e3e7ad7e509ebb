import type { SignedIn } from '@latchkey/contract/sessions';
import type { Account } from '../accounts/account-store.ts';
import { toUser } from '../accounts/to-user.ts';
import type { AccessTokens } from './access-token.ts';
import type { DeviceTokens } from './device-token.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { Session } from './session-store.ts';

/** The result of a sign-in or a refresh. `refreshDeadline` is when the refresh token expires. */
export type IssuedTokens = SignedIn & {
  readonly refresh_token: string;
  readonly refreshDeadline: Date;
  /** Only for a browser. */
  readonly deviceToken: () => string;
};

type Needs = {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly deviceTokens: DeviceTokens;
};

/**
 * Signs an access token and a refresh token for the current state of a session.
 * @param signedAt a time before `user` was read, or at which its row was locked: then the revocation of a later role change
 * covers the token (docs/decisions/0006)
 */
export const issueTokens =
  ({ accessTokens, refreshTokens, deviceTokens }: Needs) =>
  async (session: Session, user: Account, signedAt: Date): Promise<IssuedTokens> => ({
    user: toUser(user),
    access_token: await accessTokens.sign({ user, session }, signedAt),
    token_type: 'bearer',
    expires_in: accessTokens.secondsOf(session, signedAt),
    refresh_token: refreshTokens.sign(session),
    refreshDeadline: refreshTokens.deadlineOf(session),
    deviceToken: () => deviceTokens.sign(session),
  });

export type IssueTokens = ReturnType<typeof issueTokens>;
