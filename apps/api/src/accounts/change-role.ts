import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Account, AccountStore } from './account-store.ts';
import { lockAccount, lockUnlessLastAdmin, type NamedAccount } from './lock-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Changes a role on behalf of the operator, effective from the next request. Ends the API tokens of the account. */
export const changeRole =
  ({ accounts, sessions, record, transaction }: Needs) =>
  (account: NamedAccount, role: Account['role']): Promise<void> =>
    transaction(async (write) => {
      const lock = role === 'admin' ? lockAccount : lockUnlessLastAdmin;
      await lock(accounts, write, account);
      await accounts.setRole(write, account.id, role);
      // API tokens were created with the old role's permissions, or state the old role for up to a year.
      await sessions.endAllApiTokens(write, account.id, 'revoked');
      // Sessions stay active: services only learn to refuse access tokens that state the old role.
      await sessions.revokeTokens(write, account.id);
      await record(write, { userId: account.id, kind: 'role_changed', actor: 'operator', detail: { role } });
    });
