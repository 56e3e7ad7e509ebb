import { addSeconds } from '../clock.ts';
import { closedAccountKeptSeconds } from '../database/purge-expired.ts';
import type { Account } from './account-store.ts';

/**
 * When a closed account is removed; undefined for an open one, and for one that the operator has disabled since: only the
 * operator can open that again.
 */
export const removalOf = ({ closedAt, disabledAt }: Pick<Account, 'closedAt' | 'disabledAt'>): Date | undefined =>
  closedAt && disabledAt?.getTime() === closedAt.getTime() ? addSeconds(closedAt, closedAccountKeptSeconds) : undefined;
