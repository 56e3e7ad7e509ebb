import { type GuessLimitName, guessLimits, type Rate } from '@latchkey/contract/limits';
import { addSeconds, type Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import { tooManyAttempts } from '../problem.ts';
import { keyOf, type LimitStore } from './limit-store.ts';

type Needs = { readonly rateLimits: LimitStore; readonly clock: Clock; readonly isOn: boolean };

/** A guess limit and its subject, such as an account or a network. */
export type LimitKey = readonly [limit: GuessLimitName, subject: string];

/** A count expires a day after its last guess. */
const retentionSeconds = 86_400;

/** Counts against the guess limits of the contract, in the database: a restart keeps the counts, and all processes share them. */
export const createGuessLimits = ({ rateLimits, clock, isOn }: Needs) => {
  const storedKeyOf = ([limit, subject]: LimitKey): string => keyOf(`${limit}\n${subject}`);

  /** @returns when to retry, if this attempt is refused */
  const consumeOne = async (write: Write, limitKey: LimitKey, now: Date): Promise<Date | undefined> => {
    const rule: Rate | { readonly free: number } = guessLimits[limitKey[0]];
    if ('free' in rule) {
      const until = addSeconds(now, retentionSeconds);
      return rateLimits.consumeWithBackoff(write, storedKeyOf(limitKey), now, rule.free, until);
    }
    const consumption = { key: storedKeyOf(limitKey), times: 1, until: addSeconds(now, rule.seconds) };
    const { count, until } = await rateLimits.add(write, consumption, now);
    return count > rule.limit ? until : undefined;
  };

  return {
    /**
     * Counts one attempt for each key. Call it before the comparison, so that concurrent attempts cannot exceed the limit.
     * The error rolls the transaction back, so a refused attempt is not counted.
     * @throws Problem `too_many_attempts`
     */
    async consume(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      const now = clock();
      for (const limitKey of limitKeys) {
        const until = await consumeOne(write, limitKey, now);
        if (until) throw tooManyAttempts(now, until);
      }
    },

    /** Writes a throw-away row, so that an unknown user name costs as much as a recorded failure. */
    async recordDecoyFailure(write: Write, subject: string): Promise<void> {
      const now = clock();
      const key = keyOf(`decoy failures\n${subject}`);
      await rateLimits.add(write, { key, times: 1, until: addSeconds(now, retentionSeconds) }, now);
    },

    /** Undoes `consume` for an attempt that a full hash queue refused: nothing was compared. */
    async refund(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      for (const limitKey of limitKeys) await rateLimits.refund(write, storedKeyOf(limitKey));
    },

    /** After a success: deletes the counts of guesses, and refunds the one attempt of a limit that other accounts share. */
    async reset(write: Write, limitKeys: readonly LimitKey[]): Promise<void> {
      if (!isOn) return;
      for (const limitKey of limitKeys) {
        if ('free' in guessLimits[limitKey[0]]) await rateLimits.reset(write, storedKeyOf(limitKey));
        else await rateLimits.refund(write, storedKeyOf(limitKey));
      }
    },
  };
};

export type GuessLimits = ReturnType<typeof createGuessLimits>;
