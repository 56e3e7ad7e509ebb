import type { Database } from '../database/database.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { App, AppStore } from './app-store.ts';

type Needs = {
  readonly apps: AppStore;
  readonly sessions: SessionStore;
  readonly transaction: Database['transaction'];
};

/**
 * Removes an app on behalf of the operator, and ends every sign-in to it.
 * @returns how many there were
 */
export const removeApp =
  ({ apps, sessions, transaction }: Needs) =>
  ({ id }: App): Promise<number> =>
    transaction(async (write) => {
      const ended = await sessions.endApp(write, id, 'revoked');
      await apps.remove(write, id);
      return ended.length;
    });
