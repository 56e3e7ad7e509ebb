import type { Event, EventKind } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { numberBefore, olderEvents } from './older-events.ts';
import { someEvent } from './some-event.ts';

/** An account to which these things happened, the first at the end; it tells them ten at a time and notes what it is asked. */
const account = (...kinds: EventKind[]) => {
  const events = kinds.map((kind, index) => someEvent({ kind, number: kinds.length - index }));
  const asked: (number | undefined)[] = [];
  const ask = async (before: number = events.length + 1): Promise<Event[]> => {
    asked.push(before);
    return events.filter(({ number }) => number < before).slice(0, 10);
  };
  return { ask, asked };
};

const times = (count: number, kind: EventKind): EventKind[] => Array.from({ length: count }, () => kind);

describe('older events', () => {
  it('are as many as come at once, where they can be told apart', async () => {
    const { ask, asked } = account(...times(30, 'signed_in'));
    expect((await olderEvents(ask, 26)).map(({ number }) => number)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    expect(asked).toEqual([26]);
  });

  it('reach past what a stranger filled the list with', async () => {
    const { ask, asked } = account(...times(25, 'sign_in_failed'), ...times(10, 'signed_in'));
    expect((await olderEvents(ask, undefined)).some(({ kind }) => kind === 'signed_in')).toBe(true);
    expect(asked).toEqual([36, 26, 16]);
  });

  it('end with the first of all, and after ten questions', async () => {
    const few = account(...times(20, 'sign_in_failed'));
    expect(await olderEvents(few.ask, undefined)).toHaveLength(20);
    expect(few.asked).toHaveLength(2);
    const many = account(...times(2000, 'sign_in_failed'));
    expect(await olderEvents(many.ask, undefined)).toHaveLength(100);
  });

  it('are there as long as the first was not shown', () => {
    expect(numberBefore([someEvent({ number: 3 }), someEvent({ number: 2 })])).toBe(2);
    expect(numberBefore([someEvent({ number: 2 }), someEvent({ number: 1 })])).toBeUndefined();
    expect(numberBefore([])).toBeUndefined();
  });
});
