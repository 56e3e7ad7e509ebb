import type { NamedToken } from '@latchkey/contract/tokens';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import type { SessionStore } from '../sessions/session-store.ts';

type Needs = {
  readonly sessions: SessionStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

export const listNamedTokens =
  ({ sessions, clock }: Pick<Needs, 'sessions' | 'clock'>) =>
  async (userId: string): Promise<NamedToken[]> => {
    const named = await sessions.listNamed(userId, clock());
    return named.map(({ session, username }) => ({
      id: session.id,
      name: session.name ?? '',
      username,
      audience: session.audience ?? '',
      scope: session.scope,
      createdAt: session.createdAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
    }));
  };

/** Revokes a named token. Another person's is not told from one that is not there. */
export const revokeNamedToken =
  ({ sessions, transaction, clock }: Needs) =>
  async (userId: string, id: string): Promise<void> => {
    const ended = await transaction((write) =>
      sessions.endNamed(write, userId, id, { reason: 'revoked', now: clock() }),
    );
    if (ended === 0) throw new Problem('not_found', 'There is no such token, or no longer.');
  };
