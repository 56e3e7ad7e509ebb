import { closedAccountKeptSeconds } from '@latchkey/contract/accounts';
import { problem } from '../problem.ts';
import type { Account } from './account-store.ts';

/**
 * When a closed account is removed; undefined for an open one, and for one that the operator has disabled since: only the
 * operator can open that again.
 */
const removalOf = ({ closedAt, disabledAt }: Pick<Account, 'closedAt' | 'disabledAt'>): Date | undefined =>
  closedAt && disabledAt?.getTime() === closedAt.getTime()
    ? new Date(closedAt.getTime() + closedAccountKeptSeconds * 1000)
    : undefined;

/**
 * Refuses the sign-in to a disabled account. Its owner opens a closed account again by asking for it.
 * @throws Problem `account_disabled`, `account_closed`
 */
export const requireOpen = (account: Pick<Account, 'closedAt' | 'disabledAt'>, reopen: boolean): void => {
  if (!account.disabledAt) return;
  const removal = removalOf(account);
  if (!removal) throw problem('account_disabled');
  if (!reopen) throw problem('account_closed', { until: removal.toISOString().slice(0, 10) });
};

export type RequireOpen = typeof requireOpen;
