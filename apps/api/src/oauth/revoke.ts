import type { ClientInfo } from '../client/client-info.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { RefreshTokens } from '../sessions/refresh-token.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Ends the session of a token (RFC 7009). The token is the only credential needed; an unknown one changes nothing. */
export const revoke =
  ({ sessions, accessTokens, refreshTokens, record, transaction }: Needs) =>
  async (token: string, client: ClientInfo): Promise<void> => {
    for (const verdict of [accessTokens.verifyForAnyone(token), refreshTokens.verify(token)]) {
      if (verdict.status === 'invalid') continue;
      await transaction(async (write) => {
        const [ended] = await sessions.end(write, verdict.claims, 'revoked');
        if (!ended) return;
        const { userId, id: sessionId, kind, name } = ended;
        if (kind === 'sign_in') await record(write, { userId, kind: 'signed_out', sessionId, client });
        else await record(write, { userId, kind: 'token_revoked', client, detail: { name: name ?? '' } });
      });
    }
  };
