import type { ApiToken } from '@latchkey/contract/tokens';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

export const listTokens =
  ({ sessions }: Pick<Needs, 'sessions'>) =>
  async (userId: string): Promise<ApiToken[]> => {
    const found = await sessions.listApiTokens(userId);
    return found.map(({ session, username }) => ({
      id: session.id,
      name: session.name ?? '',
      username,
      audience: session.audience ?? '',
      scope: session.scope,
      createdAt: session.createdAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
    }));
  };

/** Revokes an API token that the user created or that acts as the user. Any other id is not found. */
export const revokeToken =
  ({ sessions, recheckSession, record, transaction }: Needs) =>
  (principal: Principal, id: string): Promise<void> =>
    transaction(async (write) => {
      const { id: sessionId, userId } = principal.session;
      const { client } = principal;
      await recheckSession(write, principal);
      const [ended] = await sessions.endApiToken(write, userId, id, 'revoked');
      if (!ended) throw problem('not_found', { thing: 'token' });
      const by = {
        kind: 'token_revoked',
        actorId: userId,
        sessionId,
        client,
        detail: { name: ended.name ?? '' },
      } as const;
      // In the log of another user, whom the token acted as, this user is an admin.
      const logs = [...new Set([ended.userId, userId])];
      await record(
        write,
        ...logs.map((id) => ({ ...by, userId: id, actor: id === userId ? 'owner' : 'admin' }) as const),
      );
    });
