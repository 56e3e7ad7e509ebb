import { describe, expect, it } from 'vitest';
import { chanceOf, chanceOfDistance, distance, separation } from './separation.ts';

/** The same numbers each time: what is tested is the arithmetic, not luck. */
const noise = (count: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  });
};
const isTold = (first: number[], second: number[]): boolean =>
  Math.abs(separation(first, second) - 0.5) > chanceOf(first.length, second.length);

describe('telling two samples apart by time', () => {
  it('is sure where they do not overlap, in either direction', () => {
    expect(separation([3, 4], [1, 2])).toBe(1);
    expect(separation([1, 2], [3, 4])).toBe(0);
    expect(separation([1, 2], [1, 2])).toBe(0.5);
  });

  it('does not tell apart what is the same but for noise', () => {
    expect(isTold(noise(100, 1), noise(100, 2))).toBe(false);
  });

  it('tells a shift of a third of the noise, whichever came later', () => {
    const later = noise(100, 2).map((value) => value + 1 / 3);
    expect(isTold(noise(100, 1), later)).toBe(true);
    expect(isTold(later, noise(100, 1))).toBe(true);
  });

  it('tells two heaps from one between them, which neither is later than', () => {
    const between = noise(100, 1);
    const heaps = noise(100, 2).map((value, index) => value + (index % 2 ? 2 : -2));
    expect(isTold(between, heaps)).toBe(false);
    expect(distance(between, heaps)).toBeGreaterThan(chanceOfDistance(100, 100));
    expect(distance(between, noise(100, 2))).toBeLessThan(chanceOfDistance(100, 100));
  });
});
