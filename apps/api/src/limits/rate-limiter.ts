import type { Rate } from '@latchkey/contract/limits';
import type { RequestHandler } from 'express';
import { addressOf, networkOf } from '../client/network.ts';
import { addSeconds, type Clock, type Sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { tooManyAttempts } from '../problem.ts';
import { keyOf, type LimitStore, type LimitWindow } from './limit-store.ts';
import type { LocalLimiter } from './local-limiter.ts';

type Needs = {
  readonly rateLimits: LimitStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly isOn: boolean;
};

/** A rate, and the name of its counter: the endpoint and its caller. */
export type Count = readonly [rate: Rate, name: string];

/** Calls that this process may allow without the database until `until`. `isLast`: the rate has no more in this window. */
type Allocation = { left: number; readonly until: Date; readonly isLast: boolean };

/** A twentieth of the limit: few calls cost a write, and a killed process costs its callers few calls. */
const allocationOf = (limit: number): number => Math.ceil(limit / 20);

/** With this many calls left, the next allocation is prefetched. */
const refillThreshold = (limit: number): number => Math.floor(allocationOf(limit) / 4);

/** Prefetches within this time share one statement. */
const batchWindowMs = 50;

/** About 10 MB. A caller whose allocation is dropped costs one more write and gains no calls. */
const maxAllocations = 50_000;

/**
 * Counts requests in the database, so that restarts and further processes share one count. An allocation of several calls is
 * counted there first, then used up in memory.
 */
export const createRateLimiter = ({ rateLimits, transaction, clock, sleep, isOn }: Needs) => {
  const allocations = new Map<string, Allocation>();
  const renewals = new Map<string, Promise<void>>();
  const prefetches = new Map<string, Rate>();

  const keep = (name: string, allocation: Allocation): void => {
    const [oldest] = allocations.keys();
    if (allocations.size >= maxAllocations && oldest !== undefined) allocations.delete(oldest);
    allocations.set(name, allocation);
  };

  const consumptionOf = (name: string, { limit, seconds }: Rate, now: Date) => ({
    key: keyOf(name),
    times: allocationOf(limit),
    until: addSeconds(now, seconds),
  });

  const take = (name: string, { limit }: Rate, { count, until }: LimitWindow): void => {
    const requested = allocationOf(limit);
    const granted = Math.max(0, Math.min(requested, requested - (count - limit)));
    const before = allocations.get(name);
    const kept = before?.until.getTime() === until.getTime() ? before.left : 0;
    keep(name, { left: kept + granted, until, isLast: count >= limit });
  };

  const renew = async (name: string, rate: Rate): Promise<void> => {
    const now = clock();
    prefetches.delete(name);
    take(name, rate, await transaction((write) => rateLimits.add(write, consumptionOf(name, rate, now), now)));
  };

  const prefetchAll = (): void => {
    const now = clock();
    const consumptions = Array.from(prefetches, ([name, rate]) => ({ name, rate, ...consumptionOf(name, rate, now) }));
    prefetches.clear();
    const renewed = consumptions.filter(({ name }) => !renewals.has(name));
    if (consumptions.length === 0) return;
    const renewal = transaction((write) => rateLimits.addAll(write, consumptions, now))
      .then((windows) => {
        for (const { name, rate, key } of consumptions) {
          const window = windows.get(key);
          if (window) take(name, rate, window);
        }
      })
      // The next call that finds none left renews the allocation, and gets the error.
      .catch(() => {})
      .finally(() => {
        for (const { name } of renewed) renewals.delete(name);
      });
    for (const { name } of renewed) renewals.set(name, renewal);
  };

  const prefetch = (name: string, rate: Rate): void => {
    if (prefetches.size === 0) void sleep(batchWindowMs).then(prefetchAll);
    prefetches.set(name, rate);
  };

  /** Callers that arrive during a renewal wait for it, and start no second one. */
  const renewOnce = (name: string, rate: Rate): Promise<void> => {
    const renewal = renewals.get(name) ?? renew(name, rate).finally(() => renewals.delete(name));
    renewals.set(name, renewal);
    return renewal;
  };

  const allocationFor = (name: string): Allocation | undefined => {
    const allocation = allocations.get(name);
    return allocation && allocation.until > clock() && (allocation.left > 0 || allocation.isLast)
      ? allocation
      : undefined;
  };

  const takeOne = (allocation: Allocation, name: string, rate: Rate): void => {
    allocation.left -= 1;
    if (allocation.left > 0 && allocation.left === refillThreshold(rate.limit) && !allocation.isLast)
      prefetch(name, rate);
  };

  /**
   * Consumes one call of each rate, or refuses and consumes none: calls refused to one session do not count against
   * its account.
   * @throws a `too_many_attempts` problem
   */
  return async (...counts: readonly Count[]): Promise<void> => {
    if (!isOn) return;
    for (;;) {
      const held = counts.map(([rate, name]) => ({ rate, name, allocation: allocationFor(name) }));
      const exhausted = held.find(({ allocation }) => allocation?.left === 0)?.allocation;
      if (exhausted) throw tooManyAttempts(clock(), exhausted.until);
      const missing = held.filter(({ allocation }) => !allocation);
      if (missing.length === 0) {
        for (const { rate, name, allocation } of held) if (allocation) takeOne(allocation, name, rate);
        return;
      }
      await Promise.all(missing.map(({ name, rate }) => renewOnce(name, rate)));
    }
  };
};

export type RateLimiter = ReturnType<typeof createRateLimiter>;

/** Limits paths outside the contract by network, in this process. */
export const limitByNetwork =
  (consume: LocalLimiter, name: string, rate: Rate): RequestHandler =>
  (request, _response, next) => {
    consume(rate, `${name}\n${networkOf(addressOf(request))}`);
    next();
  };
