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
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

type Presented = { readonly accessToken: string | undefined; readonly refreshTokens: readonly string[] };

/** Ends every session that the presented tokens name. Expired ones count, too: whoever signs out late means it. */
export const logOut =
  ({ sessions, accessTokens, refreshTokens, record, transaction }: Needs) =>
  async (presented: Presented, client: ClientInfo): Promise<void> => {
    const verdicts = [
      ...(presented.accessToken ? [accessTokens.verify(presented.accessToken)] : []),
      ...presented.refreshTokens.map((token) => refreshTokens.verify(token)),
    ];
    const named = verdicts.flatMap((verdict) => (verdict.status === 'invalid' ? [] : verdict.claims));
    if (named.length === 0) return;
    await transaction(async (write) => {
      const ended: Session[] = [];
      for (const claims of named) ended.push(...(await sessions.end(write, claims, 'logged_out')));
      for (const { id, userId } of ended) await record(write, { userId, kind: 'signed_out', sessionId: id, client });
    });
  };
