import { expect, it } from 'vitest';
import { groupByDay } from './group-by-day.ts';

const now = new Date(2026, 2, 1, 0, 30);

const countByDay = (...dates: Date[]) =>
  groupByDay(dates, (date) => date, now).map(({ name, items }) => [name, items.length]);

it('groups by local day, and names today and yesterday', () =>
  expect(
    countByDay(
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

it('returns no days for no items', () => expect(countByDay()).toEqual([]));
