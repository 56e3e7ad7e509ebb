import { type GuessLimitName, guessLimits, type Rate } from '@latchkey/contract/limits';
import { addSeconds, type Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import { tooManyAttempts } from '../problem.ts';
import { keyOf, type LimitStore } from './limit-store.ts';

type Needs = { readonly rateLimits: LimitStore; readonly clock: Clock; readonly isOn: boolean };

/** What is spent, and whose it is. */
export type LimitKey = readonly [budget: GuessLimitName, who: string];

/** Guesses that nobody went on with are forgotten after a day. */
const forgottenAfterSeconds = 86_400;

/** Counts what a contract's `budgets` name, in the database: a restart forgets nothing, and several processes share it. */
export const createGuessLimits = ({ rateLimits, clock, isOn }: Needs) => {
  const nameOf = ([budget, who]: LimitKey): string => keyOf(`${budget}\n${who}`);

  /** Gives when the next try is heard, where this one is not. */
  const consumeOne = async (write: Write, limitKey: LimitKey, now: Date): Promise<Date | undefined> => {
    const budget: Rate | { readonly free: number } = guessLimits[limitKey[0]];
    if ('free' in budget) {
      const until = addSeconds(now, forgottenAfterSeconds);
      return rateLimits.guess(write, nameOf(limitKey), now, budget.free, until);
    }
    const tries = { key: nameOf(limitKey), times: 1, until: addSeconds(now, budget.seconds) };
    const { count, until } = await rateLimits.add(write, tries, now);
    return count > budget.most ? until : undefined;
  };

  return {
    /**
     * Counts first; what is compared comes after. Refuses by throwing, which takes the transaction back: what is not even
     * compared costs nothing.
     */
    async consume(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      const now = clock();
      for (const limitKey of limitKeys) {
        const until = await consumeOne(write, limitKey, now);
        if (until) throw tooManyAttempts(now, until);
      }
    },

    /** Costs what it costs to write down a failure, where there is nobody to tell of it. */
    async recordDecoyFailure(write: Write, who: string): Promise<void> {
      const now = clock();
      const key = keyOf(`sign-ins of nobody\n${who}`);
      await rateLimits.add(write, { key, times: 1, until: addSeconds(now, forgottenAfterSeconds) }, now);
    },

    /** Too many wait: what was not even compared was no guess. */
    async refund(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      for (const limitKey of limitKeys) await rateLimits.remove(write, nameOf(limitKey));
    },

    /** It was the owner: guesses are forgotten, and the try is given back to those whom the address is shared with. */
    async reset(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      for (const limitKey of limitKeys) {
        if ('free' in guessLimits[limitKey[0]]) await rateLimits.forget(write, nameOf(limitKey));
        else await rateLimits.remove(write, nameOf(limitKey));
      }
    },
  };
};

export type GuessLimits = ReturnType<typeof createGuessLimits>;
