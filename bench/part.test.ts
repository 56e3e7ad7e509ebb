import { describe, expect, it } from 'vitest';
import { figureOf, holds, inTurn, type Metric } from './part.ts';
import { median, percentile, perSecond } from './statistics.ts';

const metrics: readonly Metric[] = [
  { name: 'reads', unit: '/s', rounds: { ours: [50, 10, 66], theirs: [100, 100, 110], gone: [] } },
];

describe('a target', () => {
  it('uses the median of the ratios of the rounds, not the ratio of the medians', () => {
    expect(figureOf(metrics, { what: '', of: ['reads', 'ours'], to: ['reads', 'theirs'] })).toBe(0.5);
  });

  it('without a second figure uses the median', () => {
    expect(figureOf(metrics, { what: '', of: ['reads', 'ours'] })).toBe(50);
  });

  it.each([
    [{ min: 50 }, true],
    [{ min: 51 }, false],
    [{ max: 50 }, true],
    [{ max: 49 }, false],
    [{ min: 40, max: 60 }, true],
  ])('with the bounds %o is met: %s', (bounds, expected) => {
    expect(holds(metrics, { what: '', of: ['reads', 'ours'], ...bounds })).toBe(expected);
  });

  it('is missed without measurements', () => {
    expect(holds(metrics, { what: '', of: ['reads', 'gone'], min: 0 })).toBe(false);
    expect(holds(metrics, { what: '', of: ['reads', 'nobody'], max: 100 })).toBe(false);
  });
});

it('contenders alternate, and each is first equally often', async () => {
  const order: string[] = [];
  const kind = (name: string) => async () => ({ place: order.push(name) });
  const measured = await inTurn(3, { place: '' }, { a: kind('a'), b: kind('b'), c: kind('c') }, () => {});
  expect(order.join('')).toBe('abcbcacab');
  expect(measured).toEqual([{ name: 'place', unit: '', rounds: { a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] } }]);
});

it('median, percentile and rate are correct', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 50), percentile(hundred, 99), percentile([7], 99)]).toEqual([50, 99, 7]);
  expect(perSecond([1000, 1500, 3000])).toBe(1);
});
