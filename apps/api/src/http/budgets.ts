import { type BudgetName, budgets, type Rate } from '@latchkey/contract/limits';
import { addSeconds, type Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import { type AttemptStore, keyOf } from './attempt-store.ts';
import { tooManyAttempts } from './problem.ts';

type Needs = { readonly attempts: AttemptStore; readonly clock: Clock; readonly isOn: boolean };

/** What is spent, and whose it is. */
export type Spending = readonly [budget: BudgetName, who: string];

/** Guesses that nobody went on with are forgotten after a day. */
const forgottenAfterSeconds = 86_400;

/** Counts what a contract's `budgets` name, in the database: a restart forgets nothing, and several processes share it. */
export const createBudgets = ({ attempts, clock, isOn }: Needs) => {
  const nameOf = ([budget, who]: Spending): string => keyOf(`${budget}\n${who}`);

  /** Gives when the next try is heard, where this one is not. */
  const spendOne = async (write: Write, spending: Spending, now: Date): Promise<Date | undefined> => {
    const budget: Rate | { readonly free: number } = budgets[spending[0]];
    if ('free' in budget) {
      const until = addSeconds(now, forgottenAfterSeconds);
      return attempts.guess(write, nameOf(spending), now, budget.free, until);
    }
    const tries = { key: nameOf(spending), times: 1, until: addSeconds(now, budget.seconds) };
    const { count, until } = await attempts.add(write, tries, now);
    return count > budget.most ? until : undefined;
  };

  return {
    /**
     * Counts first; what is compared comes after. Refuses by throwing, which takes the transaction back: what is not even
     * compared costs nothing.
     */
    async spend(write: Write, spendings: readonly Spending[]): Promise<void> {
      if (!isOn) return;
      const now = clock();
      for (const spending of spendings) {
        const until = await spendOne(write, spending, now);
        if (until) throw tooManyAttempts(now, until);
      }
    },

    /** Costs what it costs to write down a failure, where there is nobody to tell of it. */
    async pretend(write: Write, who: string): Promise<void> {
      const now = clock();
      const key = keyOf(`sign-ins of nobody\n${who}`);
      await attempts.add(write, { key, times: 1, until: addSeconds(now, forgottenAfterSeconds) }, now);
    },

    /** Too many wait: what was not even compared was no guess. */
    async takeBack(write: Write, spendings: readonly Spending[]): Promise<void> {
      if (!isOn) return;
      for (const spending of spendings) await attempts.remove(write, nameOf(spending));
    },

    /** It was the owner: guesses are forgotten, and the try is given back to those whom the address is shared with. */
    async giveBack(write: Write, spendings: readonly Spending[]): Promise<void> {
      if (!isOn) return;
      for (const spending of spendings) {
        if ('free' in budgets[spending[0]]) await attempts.forget(write, nameOf(spending));
        else await attempts.remove(write, nameOf(spending));
      }
    },
  };
};

export type Budgets = ReturnType<typeof createBudgets>;
