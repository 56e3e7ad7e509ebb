import { describe, expect, it } from 'vitest';
import { formatDuration, formatRelativeTime } from './format-time.ts';

describe('formatRelativeTime', () => {
  it.each([
    [0, 'just now'],
    [-59, 'just now'],
    [-60, '1 minute ago'],
    [-7_199, '1 hour ago'],
    [-86_400 * 40, '1 month ago'],
    [5, 'in 5 seconds'],
    [1_799, 'in 30 minutes'],
    [31_536_000, 'in 1 year'],
  ])('%d seconds: %s', (seconds, text) => expect(formatRelativeTime(seconds)).toBe(text));
});

describe('formatDuration', () => {
  it.each([
    [0, '0 seconds'],
    [-5, '0 seconds'],
    [1, '1 second'],
    [59.9, '59 seconds'],
    [1_771, '29 minutes 31 seconds'],
    [3_600, '1 hour'],
    [90_000, '1 day 1 hour'],
    [31_536_000, '1 year'],
  ])('%d seconds: %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});
