import { randomUUID } from 'node:crypto';
import type { AccountStore } from '../accounts/account-store.ts';
import { fold } from '../accounts/fold.ts';
import { may } from '../accounts/permissions.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { Session, SessionStore, SessionWithUser } from '../sessions/session-store.ts';
import type { AccessTokens } from './access-token.ts';

/** An hour: what is needed for longer says so. */
const usualSeconds = 3600;

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Wish = {
  readonly name: string;
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  readonly expiresIn?: number | undefined;
  readonly username?: string | undefined;
};

/** Makes a token for another service or session: a session of its own, with a name, that nobody refreshes. */
export const issueToken =
  ({ accounts, sessions, accessTokens, transaction, clock }: Needs) =>
  async ({ session: own, user: issuer }: SessionWithUser, { name, expiresIn = usualSeconds, ...wish }: Wish) => {
    const forAnother = wish.username !== undefined && fold(wish.username) !== issuer.usernameFolded;
    if (forAnother && !may(issuer, 'tokens:issue')) {
      throw new Problem('permission_missing', 'A token for another user needs the permission tokens:issue.');
    }
    const user = forAnother ? await accounts.findByLogin(wish.username ?? '') : issuer;
    if (!user || user.disabledAt) throw new Problem('user_not_found', `There is no user ${wish.username}.`);

    const now = clock();
    // Whole seconds, as in the token.
    now.setMilliseconds(0);
    const session: Session = {
      id: randomUUID(),
      userId: user.id,
      generation: 0,
      createdAt: now,
      refreshedAt: now,
      expiresAt: addSeconds(now, expiresIn),
      endedAt: null,
      endReason: null,
      userAgent: null,
      address: null,
      name,
      audience: wish.audience ?? accessTokens.audience,
      scope: wish.scope ?? null,
      issuedBy: issuer.id,
    };
    await transaction((write) => sessions.insert(write, session));
    return {
      id: session.id,
      access_token: accessTokens.signNamed(session, user, own.createdAt),
      token_type: 'bearer' as const,
      expires_in: expiresIn,
    };
  };
