import type { Account } from './account-store.ts';

/** How long a closed account can be opened again. Then it is removed. */
const keptSeconds = 7 * 86_400;

/**
 * When a closed account is removed; undefined for an open one, and for one that the operator has disabled since: only the
 * operator can open that again.
 */
export const removalOf = ({ closedAt, disabledAt }: Pick<Account, 'closedAt' | 'disabledAt'>): Date | undefined =>
  closedAt && disabledAt?.getTime() === closedAt.getTime()
    ? new Date(closedAt.getTime() + keptSeconds * 1000)
    : undefined;
