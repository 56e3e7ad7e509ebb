import type { Event } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { foldFailures } from './fold-failures.ts';
import { someEvent } from './some-event.ts';

const failureFrom = (address: string | null) => ({ kind: 'sign_in_failed', address }) as const;

/** The lines for these events, the newest first and numbered down to 1: which events stand in each. */
const fold = (...events: Partial<Event>[]): number[][] =>
  foldFailures(events.map((event, index) => someEvent({ number: events.length - index, ...event }))).map(
    ({ newest, older }) => [newest, ...older].map(({ number }) => number),
  );

describe('the lines for events', () => {
  it('are none for none', () => expect(fold()).toEqual([]));

  it('hold one each for what nobody can do without being let in, however alike', () =>
    expect(fold({}, {}, { kind: 'token_issued' }, { kind: 'token_issued' })).toEqual([[4], [3], [2], [1]]));

  it('hold one for a run of failures from one address, and lose none of them', () =>
    expect(fold({}, ...Array.from({ length: 17 }, () => failureFrom('198.51.100.1')), {})).toEqual([
      [19],
      Array.from({ length: 17 }, (_, index) => 18 - index),
      [1],
    ]));

  it('hold one for each of two addresses that take turns', () =>
    expect(fold(failureFrom('a'), failureFrom('b'), failureFrom('a'), failureFrom('b'))).toEqual([
      [4, 2],
      [3, 1],
    ]));

  it('begin anew after anything else, so that what is in between keeps its place', () =>
    expect(fold(failureFrom('a'), { kind: 'signed_in' }, failureFrom('a'))).toEqual([[3], [2], [1]]));

  it('keep kinds apart, and the present session from others', () =>
    expect(
      fold(
        failureFrom('a'),
        { kind: 'password_not_confirmed', address: 'a' },
        { kind: 'password_not_confirmed', address: 'a', current: true },
        failureFrom('a'),
      ),
    ).toEqual([[4, 1], [3], [2]]));

  it('are four at most for a run of one kind, from however many addresses', () => {
    const lines = fold(...Array.from({ length: 1000 }, (_, index) => failureFrom(`2001:db8::${index}`)));
    expect(lines.map((numbers) => numbers.length)).toEqual([1, 1, 1, 997]);
    expect(fold(...['a', 'b', 'c', 'd', 'e', 'a', 'e', 'd'].map(failureFrom))).toEqual([
      [8, 3],
      [7],
      [6],
      [5, 4, 2, 1],
    ]);
  });

  it('put failures from an unknown address together', () =>
    expect(fold(failureFrom(null), failureFrom('a'), failureFrom(null))).toEqual([[3, 1], [2]]));
});
