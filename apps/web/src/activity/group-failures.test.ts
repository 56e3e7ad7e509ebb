import type { Event } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { groupFailures } from './group-failures.ts';
import { sampleEvent } from './sample-event.ts';

const failureFrom = (address: string | null) => ({ kind: 'sign_in_failed', address }) as const;

/** Numbers the events down to 1, newest first, and returns the numbers in each group. */
const group = (...events: Partial<Event>[]): number[][] =>
  groupFailures(events.map((event, index) => sampleEvent({ number: events.length - index, ...event }))).map(
    ({ newest, older }) => [newest, ...older].map(({ number }) => number),
  );

describe('groupFailures', () => {
  it('returns no groups for no events', () => expect(group()).toEqual([]));

  it('gives every event that needs a session its own group', () =>
    expect(group({}, {}, { kind: 'token_issued' }, { kind: 'token_issued' })).toEqual([[4], [3], [2], [1]]));

  it('groups consecutive failures from one address, and loses none', () =>
    expect(group({}, ...Array.from({ length: 17 }, () => failureFrom('198.51.100.1')), {})).toEqual([
      [19],
      Array.from({ length: 17 }, (_, index) => 18 - index),
      [1],
    ]));

  it('keeps a group for each of two alternating addresses', () =>
    expect(group(failureFrom('a'), failureFrom('b'), failureFrom('a'), failureFrom('b'))).toEqual([
      [4, 2],
      [3, 1],
    ]));

  it('starts new groups after any other event, so that the order stays', () =>
    expect(group(failureFrom('a'), { kind: 'signed_in' }, failureFrom('a'))).toEqual([[3], [2], [1]]));

  it('keeps kinds apart, and the current session from others', () =>
    expect(
      group(
        failureFrom('a'),
        { kind: 'password_not_confirmed', address: 'a' },
        { kind: 'password_not_confirmed', address: 'a', current: true },
        failureFrom('a'),
      ),
    ).toEqual([[4, 1], [3], [2]]));

  it('makes at most four groups for a run of one kind, from any number of addresses', () => {
    const groups = group(...Array.from({ length: 1000 }, (_, index) => failureFrom(`2001:db8::${index}`)));
    expect(groups.map((numbers) => numbers.length)).toEqual([1, 1, 1, 997]);
    expect(group(...['a', 'b', 'c', 'd', 'e', 'a', 'e', 'd'].map(failureFrom))).toEqual([
      [8, 3],
      [7],
      [6],
      [5, 4, 2, 1],
    ]);
  });

  it('groups failures from an unknown address', () =>
    expect(group(failureFrom(null), failureFrom('a'), failureFrom(null))).toEqual([[3, 1], [2]]));
});
