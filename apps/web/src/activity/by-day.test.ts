import { expect, it } from 'vitest';
import { byDay } from './by-day.ts';

const now = new Date(2026, 2, 1, 0, 30);

const daysOf = (...moments: Date[]) =>
  byDay(moments, (moment) => moment, now).map(({ name, things }) => [name, things.length]);

it('things are parted at midnight, where their reader is, and days are called as people call them', () =>
  expect(
    daysOf(
      new Date(2026, 2, 1, 0, 29),
      new Date(2026, 2, 1),
      new Date(2026, 1, 28, 23, 59),
      new Date(2026, 1, 28),
      new Date(2026, 1, 27, 23, 59),
      new Date(2025, 1, 27),
    ),
  ).toEqual([
    ['Today', 2],
    ['Yesterday', 2],
    ['Friday, February 27, 2026', 1],
    ['Thursday, February 27, 2025', 1],
  ]));

it('nothing has no days', () => expect(daysOf()).toEqual([]));
