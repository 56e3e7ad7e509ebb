import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { createSessionStore } from './session-store.ts';

type Needs = { readonly clock: Clock; readonly tokenSeconds: number };

const batchSize = 500;

/**
 * Ends every session and API token of every account, and adds them to the revocation feed.
 * @returns how many there were
 */
export const endAllSessions = async (database: Database, needs: Needs): Promise<number> => {
  const sessions = createSessionStore(database, needs);
  let ended = 0;
  for (;;) {
    const batch = await database.transaction((write) => sessions.endAny(write, batchSize, 'revoked'));
    ended += batch.length;
    if (batch.length < batchSize) return ended;
  }
};
