import { expect, it } from 'vitest';
import { Problem } from '../problem.ts';
import { createLocalLimiter } from './local-limiter.ts';

const rate = { limit: 3, seconds: 60 };

const start = (maxCallers: number) => {
  let now = 0;
  const consume = createLocalLimiter({ clock: () => new Date(now), maxCallers });
  return {
    turn: (seconds: number): void => {
      now += seconds * 1000;
    },
    isAllowed: (name: string): boolean => {
      try {
        consume(rate, name);
        return true;
      } catch (error) {
        if (error instanceof Problem && error.code === 'too_many_attempts') return false;
        throw error;
      }
    },
  };
};
const range = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

it('a caller who has used up a rate does not get it back when many others call', () => {
  const { isAllowed } = start(100);
  expect(range(4).map(() => isAllowed('ada'))).toEqual([true, true, true, false]);
  for (const number of range(10_000)) isAllowed(`stranger ${number}`);
  expect(isAllowed('ada')).toBe(false);
});

it('callers beyond the maximum share counters, and one of them cannot use up all of those', () => {
  const { isAllowed } = start(1);
  isAllowed('first');
  for (const _ of range(1_000)) isAllowed('flood');
  const others = range(200).map((number) => isAllowed(`other ${number}`));
  expect(isAllowed('flood')).toBe(false);
  expect(others.filter(Boolean).length).toBeGreaterThan(150);
});

it('windows that have ended make room for new callers', () => {
  const { isAllowed, turn } = start(2);
  for (const name of ['first', 'second', 'shared']) isAllowed(name);
  turn(61);
  expect(range(4).map(() => isAllowed('third'))).toEqual([true, true, true, false]);
  expect(range(4).map(() => isAllowed('fourth'))).toEqual([true, true, true, false]);
});
