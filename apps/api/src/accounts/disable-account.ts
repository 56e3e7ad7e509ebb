import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AccountStore } from './account-store.ts';
import { lockAccount, lockUnlessLastAdmin, type NamedAccount } from './lock-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/**
 * Blocks sign-in on behalf of the operator, and ends every session and API token of the account.
 * @returns how many sessions and API tokens ended
 */
export const disableAccount =
  ({ accounts, sessions, record, transaction, clock }: Needs) =>
  (account: NamedAccount): Promise<number> =>
    transaction(async (write) => {
      await lockUnlessLastAdmin(accounts, write, account);
      await accounts.setDisabled(write, account.id, clock());
      const ended = await sessions.endAll(write, account.id, 'account_disabled');
      await record(write, { userId: account.id, kind: 'account_disabled', actor: 'operator' });
      return ended.length;
    });

/** Allows sign-in again. Sessions and API tokens that have ended stay so. */
export const enableAccount =
  ({ accounts, record, transaction }: Pick<Needs, 'accounts' | 'record' | 'transaction'>) =>
  (account: NamedAccount): Promise<void> =>
    transaction(async (write) => {
      await lockAccount(accounts, write, account);
      await accounts.setDisabled(write, account.id, null);
      await record(write, { userId: account.id, kind: 'account_enabled', actor: 'operator' });
    });
