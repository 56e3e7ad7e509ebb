import type { SignedIn } from '@latchkey/contract/sessions';
import type { Account } from '../accounts/account-store.ts';
import { toUser } from '../accounts/to-user.ts';
import type { AccessTokens } from './access-token.ts';
import type { DeviceTokens } from './device-token.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { Session } from './session-store.ts';

/** What a sign-in or a refresh hands out; `refreshDeadline` is when the refresh token stops working. */
export type IssuedTokens = SignedIn & {
  readonly refresh_token: string;
  readonly refreshDeadline: Date;
  /** Only a browser takes it. */
  readonly deviceToken: () => string;
};

type Needs = {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly deviceTokens: DeviceTokens;
};

/**
 * Signs the pair of tokens that belongs to the present state of a session.
 * @param signedAt a time before which `user` was not yet read, or at which its row was locked: a change of role later than
 * this then covers the token (docs/decisions/0006)
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
