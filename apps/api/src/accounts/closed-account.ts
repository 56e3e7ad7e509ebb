import { closedAccountKeptSeconds } from '@latchkey/contract/accounts';
import type { Account } from './account-store.ts';

/**
 * When a closed account is removed; undefined for an open one, and for one that the operator has disabled since: only the
 * operator can open that again.
 */
export const removalOf = ({ closedAt, disabledAt }: Pick<Account, 'closedAt' | 'disabledAt'>): Date | undefined =>
  closedAt && disabledAt?.getTime() === closedAt.getTime()
    ? new Date(closedAt.getTime() + closedAccountKeptSeconds * 1000)
    : undefined;
