import type { ClientInfo } from '../client/client-info.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { AccessTokens } from './access-token.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly appRefreshTokens: RefreshTokens;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/**
 * Ends the sessions that these access and refresh tokens name, of any audience. The tokens are the only credential needed
 * (RFC 7009). Expired tokens count, so that a late sign-out works; invalid ones change nothing.
 */
export const endByToken =
  ({ sessions, accessTokens, refreshTokens, appRefreshTokens, record, transaction }: Needs) =>
  async (tokens: readonly string[], reason: 'logged_out' | 'revoked', client: ClientInfo): Promise<void> => {
    const named = tokens
      .flatMap((token) => [
        accessTokens.verifyForAnyone(token),
        refreshTokens.verify(token),
        appRefreshTokens.verify(token),
      ])
      .flatMap((verdict) => (verdict.status === 'invalid' ? [] : verdict.claims));
    if (named.length === 0) return;
    await transaction(async (write) => {
      const ended: Session[] = [];
      for (const claims of named) ended.push(...(await sessions.end(write, claims, reason)));
      // The sign-out of an app is no event of the account: the user is still signed in here.
      const events = ended
        .filter(({ kind }) => kind !== 'app')
        .map(({ userId, id, kind, name }) =>
          kind === 'sign_in'
            ? ({ userId, client, kind: 'signed_out', sessionId: id } as const)
            : ({ userId, client, kind: 'token_revoked', detail: { name: name ?? '' } } as const),
        );
      await record(write, ...events);
    });
  };

export type EndByToken = ReturnType<typeof endByToken>;
