import { describe, expect, it } from 'vitest';
import { figureOf, holds, inTurn, type Metric } from './part.ts';
import { median, percentile, perSecond } from './statistics.ts';

const metrics: readonly Metric[] = [
  { name: 'reads', unit: '/s', rounds: { ours: [50, 10, 66], theirs: [100, 100, 110], gone: [] } },
];

describe('a target', () => {
  it('is held to the median of the ratios of each round, not to the ratio of the medians', () => {
    expect(figureOf(metrics, { what: '', of: ['reads', 'ours'], to: ['reads', 'theirs'] })).toBe(0.5);
  });

  it('without another one is held to the median', () => {
    expect(figureOf(metrics, { what: '', of: ['reads', 'ours'] })).toBe(50);
  });

  it.each([
    [{ least: 50 }, true],
    [{ least: 51 }, false],
    [{ most: 50 }, true],
    [{ most: 49 }, false],
    [{ least: 40, most: 60 }, true],
  ])('of %o holds: %s', (bounds, expected) => {
    expect(holds(metrics, { what: '', of: ['reads', 'ours'], ...bounds })).toBe(expected);
  });

  it('does not hold where nothing was measured', () => {
    expect(holds(metrics, { what: '', of: ['reads', 'gone'], least: 0 })).toBe(false);
    expect(holds(metrics, { what: '', of: ['reads', 'nobody'], most: 100 })).toBe(false);
  });
});

it('contenders take their turns, and each is first as often as the others', async () => {
  const order: string[] = [];
  const kind = (name: string) => async () => ({ place: order.push(name) });
  const measured = await inTurn(3, { place: '' }, { a: kind('a'), b: kind('b'), c: kind('c') }, () => {});
  expect(order.join('')).toBe('abcbcacab');
  expect(measured).toEqual([{ name: 'place', unit: '', rounds: { a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] } }]);
});

it('statistics are what they are called', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 50), percentile(hundred, 99), percentile([7], 99)]).toEqual([50, 99, 7]);
  expect(perSecond([1000, 1500, 3000])).toBe(1);
});
