import { describe, expect, it } from 'vitest';
import { chanceOf, chanceOfDistance, distance, separation } from './separation.ts';

/** Deterministic numbers: the test covers the arithmetic, not chance. */
const noise = (count: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  });
};
const isTold = (first: number[], second: number[]): boolean =>
  Math.abs(separation(first, second) - 0.5) > chanceOf(first.length, second.length);

describe('the comparison of two samples', () => {
  it('separates samples that do not overlap, in either direction', () => {
    expect(separation([3, 4], [1, 2])).toBe(1);
    expect(separation([1, 2], [3, 4])).toBe(0);
    expect(separation([1, 2], [1, 2])).toBe(0.5);
  });

  it('does not separate samples that differ by noise only', () => {
    expect(isTold(noise(100, 1), noise(100, 2))).toBe(false);
  });

  it('detects a shift of a third of the noise, in either direction', () => {
    const later = noise(100, 2).map((value) => value + 1 / 3);
    expect(isTold(noise(100, 1), later)).toBe(true);
    expect(isTold(later, noise(100, 1))).toBe(true);
  });

  it('separates a bimodal sample from a unimodal one with the same median', () => {
    const between = noise(100, 1);
    const heaps = noise(100, 2).map((value, index) => value + (index % 2 ? 2 : -2));
    expect(isTold(between, heaps)).toBe(false);
    expect(distance(between, heaps)).toBeGreaterThan(chanceOfDistance(100, 100));
    expect(distance(between, noise(100, 2))).toBeLessThan(chanceOfDistance(100, 100));
  });
});
