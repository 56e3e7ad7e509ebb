import type { Rate } from '@latchkey/contract/limits';
import type { RequestHandler } from 'express';
import { addressOf, networkOf } from '../client/network.ts';
import { addSeconds, type Clock, type Sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { tooManyAttempts } from '../problem.ts';
import { type Counted, keyOf, type LimitStore } from './limit-store.ts';
import type { LocalLimiter } from './local-limiter.ts';

type Needs = {
  readonly rateLimits: LimitStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly isOn: boolean;
};

/** One thing that is counted: a call, and who makes it. */
export type Count = readonly [rate: Rate, name: string];

/** What this process may hand out by itself until then; `isLast`: there is no more to be had. */
type Allocation = { left: number; readonly until: Date; readonly isLast: boolean };

/** A twentieth of the budget at a time: reads cost no write each, and what a killed process loses is lost to the caller. */
const allocationOf = (most: number): number => Math.ceil(most / 20);

/** With so many left, another lease is asked for before anybody waits for it; short ones end before that. */
const refillThreshold = (most: number): number => Math.floor(allocationOf(most) / 4);

/** So long, in milliseconds, what is renewed ahead waits for others, to be counted in one statement with them. */
const batchWindowMs = 50;

/** About 10 MB of callers. One that is forgotten costs a write more, and never gains a try. */
const maxAllocations = 50_000;

/**
 * Counts requests in the database, so that a restart forgets none and several processes share them: a lease of some is
 * counted there first, and then handed out one by one.
 */
export const createRateLimiter = ({ rateLimits, transaction, clock, sleep, isOn }: Needs) => {
  const allocations = new Map<string, Allocation>();
  const renewals = new Map<string, Promise<void>>();
  const ahead = new Map<string, Rate>();

  const keep = (name: string, allocation: Allocation): void => {
    const [oldest] = allocations.keys();
    if (allocations.size >= maxAllocations && oldest !== undefined) allocations.delete(oldest);
    allocations.set(name, allocation);
  };

  const triesOf = (name: string, { most, seconds }: Rate, now: Date) => ({
    key: keyOf(name),
    times: allocationOf(most),
    until: addSeconds(now, seconds),
  });

  const take = (name: string, { most }: Rate, { count, until }: Counted): void => {
    const wanted = allocationOf(most);
    const granted = Math.max(0, Math.min(wanted, wanted - (count - most)));
    const before = allocations.get(name);
    const kept = before?.until.getTime() === until.getTime() ? before.left : 0;
    keep(name, { left: kept + granted, until, isLast: count >= most });
  };

  const renew = async (name: string, rate: Rate): Promise<void> => {
    const now = clock();
    ahead.delete(name);
    take(name, rate, await transaction((write) => rateLimits.add(write, triesOf(name, rate, now), now)));
  };

  const renewAhead = (): void => {
    const now = clock();
    const tries = Array.from(ahead, ([name, rate]) => ({ name, rate, ...triesOf(name, rate, now) }));
    ahead.clear();
    const renewed = tries.filter(({ name }) => !renewals.has(name));
    if (tries.length === 0) return;
    const renewal = transaction((write) => rateLimits.addAll(write, tries, now))
      .then((counts) => {
        for (const { name, rate, key } of tries) {
          const counted = counts.get(key);
          if (counted) take(name, rate, counted);
        }
      })
      // A caller that finds nothing left asks again, and is told.
      .catch(() => {})
      .finally(() => {
        for (const { name } of renewed) renewals.delete(name);
      });
    for (const { name } of renewed) renewals.set(name, renewal);
  };

  const askAhead = (name: string, rate: Rate): void => {
    if (ahead.size === 0) void sleep(batchWindowMs).then(renewAhead);
    ahead.set(name, rate);
  };

  /** Callers that arrive while a lease is renewed wait for that lease, and do not take another. */
  const renewOnce = (name: string, rate: Rate): Promise<void> => {
    const renewal = renewals.get(name) ?? renew(name, rate).finally(() => renewals.delete(name));
    renewals.set(name, renewal);
    return renewal;
  };

  const leaseFor = (name: string): Allocation | undefined => {
    const allocation = allocations.get(name);
    return allocation && allocation.until > clock() && (allocation.left > 0 || allocation.isLast)
      ? allocation
      : undefined;
  };

  const takeOne = (allocation: Allocation, name: string, rate: Rate): void => {
    allocation.left -= 1;
    if (allocation.left > 0 && allocation.left === refillThreshold(rate.most) && !allocation.isLast)
      askAhead(name, rate);
  };

  /**
   * Consumes one call of each rate, or refuses and consumes none: calls that one session is refused do not count
   * against its account.
   * @throws a `too_many_attempts` problem
   */
  return async (...counts: readonly Count[]): Promise<void> => {
    if (!isOn) return;
    for (;;) {
      const held = counts.map(([rate, name]) => ({ rate, name, allocation: leaseFor(name) }));
      const spent = held.find(({ allocation }) => allocation?.left === 0)?.allocation;
      if (spent) throw tooManyAttempts(clock(), spent.until);
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

/** Limits what is served outside the contract, for each network, in this process. */
export const limitByNetwork =
  (consume: LocalLimiter, name: string, rate: Rate): RequestHandler =>
  (request, _response, next) => {
    consume(rate, `${name}\n${networkOf(addressOf(request))}`);
    next();
  };
