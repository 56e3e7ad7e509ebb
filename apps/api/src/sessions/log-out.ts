import type { RecordEvent } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Device } from '../http/device.ts';
import type { AccessTokens } from '../tokens/access-token.ts';
import type { RefreshTokens } from '../tokens/refresh-token.ts';
import type { Session, SessionStore } from './session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Presented = { readonly accessToken: string | undefined; readonly refreshTokens: readonly string[] };

/** Ends every session that the presented tokens name. Expired ones count, too: whoever signs out late means it. */
export const logOut =
  ({ sessions, accessTokens, refreshTokens, record, transaction, clock }: Needs) =>
  async (presented: Presented, device: Device): Promise<void> => {
    const verdicts = [
      ...(presented.accessToken ? [accessTokens.verify(presented.accessToken)] : []),
      ...presented.refreshTokens.map((token) => refreshTokens.verify(token)),
    ];
    const ids = new Set(verdicts.flatMap((verdict) => (verdict.status === 'invalid' ? [] : verdict.claims.sid)));
    if (ids.size === 0) return;
    await transaction(async (write) => {
      const ended: Session[] = [];
      for (const id of ids) ended.push(...(await sessions.end(write, id, { reason: 'logged_out', now: clock() })));
      for (const { id, userId } of ended) await record(write, { userId, kind: 'signed_out', sessionId: id, device });
    });
  };
