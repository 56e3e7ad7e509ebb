import type { Database } from '../database/database.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountStore } from './account-store.ts';
import { lockUnlessLastAdmin, type NamedAccount } from './lock-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly transaction: Database['transaction'];
};

/** Deletes an account on behalf of the operator, with its event log. Services refuse its tokens. */
export const removeAccount =
  ({ accounts, sessions, transaction }: Needs) =>
  (account: NamedAccount): Promise<void> =>
    transaction(async (write) => {
      await lockUnlessLastAdmin(accounts, write, account);
      await sessions.endAll(write, account.id, 'revoked');
      await accounts.remove(write, account.id);
    });
