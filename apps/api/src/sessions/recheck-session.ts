import type { Account, AccountStore } from '../accounts/account-store.ts';
import type { Write } from '../database/database.ts';
import { problem } from '../problem.ts';
import type { Principal } from './authenticate.ts';
import type { SessionStore } from './session-store.ts';

type Needs = { readonly accounts: AccountStore; readonly sessions: SessionStore };

/**
 * Checks in a transaction that the session is still live: it may have ended while the request waited for its body, a hash or a
 * lock. Locks the account, then the session, so that a concurrent disabling or sign-out takes effect after the transaction.
 * @returns the current account
 * @throws Problem `token_revoked`
 */
export const recheckSession =
  ({ accounts, sessions }: Needs) =>
  async (write: Write, { session, user }: Pick<Principal, 'session' | 'user'>): Promise<Account> => {
    const account = await accounts.lockEnabled(write, user.id);
    if (account && (await sessions.lockIfLive(write, session.id))) return account;
    throw problem('token_revoked');
  };

export type RecheckSession = ReturnType<typeof recheckSession>;
