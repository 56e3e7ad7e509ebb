import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { AttemptStore } from './attempt-store.ts';
import { Problem } from './problem.ts';

/** How many tries each thing has in a window of time. A right password is given back, so there these are failures. */
const budgets = {
  'log in, from an address': { most: 100, windowSeconds: 900 },
  'log in, to one account from an address': { most: 10, windowSeconds: 900 },
  'confirm a password': { most: 10, windowSeconds: 900 },
  'register, from an address': { most: 100, windowSeconds: 3600 },
  'make a token': { most: 100, windowSeconds: 3600 },
} as const;

export type Budget = keyof typeof budgets;

type Needs = {
  readonly attempts: AttemptStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly isOn: boolean;
};

/** Whose tries count together: an IPv4 address, or the /64 that a household or a server has of IPv6. */
export const networkOf = (address: string | null): string => {
  if (!address || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}/64`
    : parsed.toString();
};

/** Counts tries in the database, so that a restart forgets none and several processes share them. */
export const createRateLimit = ({ attempts, transaction, clock, isOn }: Needs) => {
  const keyOf = (budget: Budget, who: string): string =>
    createHash('sha256').update(`${budget}\n${who}`).digest('base64url');

  return {
    /** Counts first, so that a burst gets no more tries than the budget; then refuses, if it is spent. */
    async spend(budget: Budget, who: string): Promise<void> {
      if (!isOn) return;
      const { most, windowSeconds } = budgets[budget];
      const now = clock();
      const { count, until } = await transaction((write) =>
        attempts.add(write, keyOf(budget, who), now, addSeconds(now, windowSeconds)),
      );
      if (count <= most) return;
      const retryAfterSeconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
      throw new Problem('too_many_attempts', 'This was tried too often.', { retryAfterSeconds });
    },

    /** Gives the try back: it was the owner's. */
    async restore(budget: Budget, who: string): Promise<void> {
      if (isOn) await transaction((write) => attempts.remove(write, keyOf(budget, who)));
    },
  };
};

export type RateLimit = ReturnType<typeof createRateLimit>;
