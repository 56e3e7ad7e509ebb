import type { AccountStore } from '../accounts/account-store.ts';
import type { Database } from '../database/database.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { App, AppStore } from './app-store.ts';

type Needs = {
  readonly apps: AppStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly transaction: Database['transaction'];
};

/**
 * Removes an app on behalf of the operator, with its service account, and ends every sign-in to it.
 * @returns how many there were
 */
export const removeApp =
  ({ apps, accounts, sessions, transaction }: Needs) =>
  ({ id, serviceUserId }: App): Promise<number> =>
    transaction(async (write) => {
      const ended = await sessions.endApp(write, id, 'revoked');
      await apps.remove(write, id);
      if (serviceUserId !== null) await accounts.remove(write, serviceUserId);
      return ended.length;
    });
