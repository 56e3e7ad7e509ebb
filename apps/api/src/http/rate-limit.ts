import type { Rate } from '@latchkey/contract/limits';
import type { RequestHandler } from 'express';
import { addSeconds, type Clock, type Sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { type AttemptStore, type Counted, keyOf } from './attempt-store.ts';
import type { LocalLimit } from './local-limit.ts';
import { addressOf, networkOf } from './network.ts';
import { tooManyAttempts } from './problem.ts';

type Needs = {
  readonly attempts: AttemptStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly isOn: boolean;
};

/** One thing that is counted: a call, and who makes it. */
export type Count = readonly [rate: Rate, name: string];

/** What this process may hand out by itself until then; `isLast`: there is no more to be had. */
type Lease = { left: number; readonly until: Date; readonly isLast: boolean };

/** A twentieth of the budget at a time: reads cost no write each, and what a killed process loses is lost to the caller. */
const leaseOf = (most: number): number => Math.ceil(most / 20);

/** With so many left, another lease is asked for before anybody waits for it; short ones end before that. */
const renewedAt = (most: number): number => Math.floor(leaseOf(most) / 4);

/** So long, in milliseconds, what is renewed ahead waits for others, to be counted in one statement with them. */
const gatheredFor = 50;

/** About 10 MB of callers. One that is forgotten costs a write more, and never gains a try. */
const mostLeases = 50_000;

/**
 * Counts requests in the database, so that a restart forgets none and several processes share them: a lease of some is
 * counted there first, and then handed out one by one.
 */
export const createRateLimit = ({ attempts, transaction, clock, sleep, isOn }: Needs) => {
  const leases = new Map<string, Lease>();
  const renewals = new Map<string, Promise<void>>();
  const ahead = new Map<string, Rate>();

  const keep = (name: string, lease: Lease): void => {
    const [oldest] = leases.keys();
    if (leases.size >= mostLeases && oldest !== undefined) leases.delete(oldest);
    leases.set(name, lease);
  };

  const triesOf = (name: string, { most, seconds }: Rate, now: Date) => ({
    key: keyOf(name),
    times: leaseOf(most),
    until: addSeconds(now, seconds),
  });

  const take = (name: string, { most }: Rate, { count, until }: Counted): void => {
    const wanted = leaseOf(most);
    const granted = Math.max(0, Math.min(wanted, wanted - (count - most)));
    const before = leases.get(name);
    const kept = before?.until.getTime() === until.getTime() ? before.left : 0;
    keep(name, { left: kept + granted, until, isLast: count >= most });
  };

  const renew = async (name: string, rate: Rate): Promise<void> => {
    const now = clock();
    ahead.delete(name);
    take(name, rate, await transaction((write) => attempts.add(write, triesOf(name, rate, now), now)));
  };

  const renewAhead = (): void => {
    const now = clock();
    const tries = Array.from(ahead, ([name, rate]) => ({ name, rate, ...triesOf(name, rate, now) }));
    ahead.clear();
    const renewed = tries.filter(({ name }) => !renewals.has(name));
    if (tries.length === 0) return;
    const renewal = transaction((write) => attempts.addAll(write, tries, now))
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
    if (ahead.size === 0) void sleep(gatheredFor).then(renewAhead);
    ahead.set(name, rate);
  };

  /** Callers that arrive while a lease is renewed wait for that lease, and do not take another. */
  const renewOnce = (name: string, rate: Rate): Promise<void> => {
    const renewal = renewals.get(name) ?? renew(name, rate).finally(() => renewals.delete(name));
    renewals.set(name, renewal);
    return renewal;
  };

  const leaseFor = (name: string): Lease | undefined => {
    const lease = leases.get(name);
    return lease && lease.until > clock() && (lease.left > 0 || lease.isLast) ? lease : undefined;
  };

  const takeOne = (lease: Lease, name: string, rate: Rate): void => {
    lease.left -= 1;
    if (lease.left > 0 && lease.left === renewedAt(rate.most) && !lease.isLast) askAhead(name, rate);
  };

  /**
   * Consumes one call of each rate, or refuses and consumes none: calls that one session is refused do not count
   * against its account.
   * @throws a `too_many_attempts` problem
   */
  return async (...counts: readonly Count[]): Promise<void> => {
    if (!isOn) return;
    for (;;) {
      const held = counts.map(([rate, name]) => ({ rate, name, lease: leaseFor(name) }));
      const spent = held.find(({ lease }) => lease?.left === 0)?.lease;
      if (spent) throw tooManyAttempts(clock(), spent.until);
      const missing = held.filter(({ lease }) => !lease);
      if (missing.length === 0) {
        for (const { rate, name, lease } of held) if (lease) takeOne(lease, name, rate);
        return;
      }
      await Promise.all(missing.map(({ name, rate }) => renewOnce(name, rate)));
    }
  };
};

export type RateLimit = ReturnType<typeof createRateLimit>;

/** Limits what is served outside the contract, for each network, in this process. */
export const limitByNetwork =
  (consume: LocalLimit, name: string, rate: Rate): RequestHandler =>
  (request, _response, next) => {
    consume(rate, `${name}\n${networkOf(addressOf(request))}`);
    next();
  };
