import type { Write } from '../database/database.ts';
import { Problem } from '../problem.ts';
import type { Account, AccountStore } from './account-store.ts';

export type NamedAccount = Pick<Account, 'id' | 'username'>;

/**
 * Locks an account that someone else changes.
 * @throws Problem `user_not_found` if it was deleted in the meantime
 */
export const lockAccount = async (accounts: AccountStore, write: Write, { id, username }: NamedAccount) => {
  if (!(await accounts.lockIfExists(write, id))) throw new Problem('user_not_found', `There is no user ${username}.`);
};

/**
 * Locks an account that will not be an active admin. Of two concurrent changes that would leave no admin, one is refused.
 * @throws Problem `last_admin`
 */
export const lockUnlessLastAdmin = async (accounts: AccountStore, write: Write, account: NamedAccount) => {
  // Before the account: all admins are locked in one order.
  if (await accounts.isLastAdmin(write, account.id)) {
    throw new Problem('last_admin', `${account.username} is the only admin. Make another user an admin first.`);
  }
  await lockAccount(accounts, write, account);
};
