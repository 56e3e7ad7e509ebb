import type { Event, EventKind } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { loadOlderEvents, nextCursor } from './load-older-events.ts';
import { sampleEvent } from './sample-event.ts';

/** An account with these events, newest first, in pages of ten. Records the cursors. */
const account = (...kinds: EventKind[]) => {
  const events = kinds.map((kind, index) => sampleEvent({ kind, number: kinds.length - index }));
  const cursors: (number | undefined)[] = [];
  const loadPage = async (before: number = events.length + 1): Promise<Event[]> => {
    cursors.push(before);
    return events.filter(({ number }) => number < before).slice(0, 10);
  };
  return { loadPage, cursors };
};

const times = (count: number, kind: EventKind): EventKind[] => Array.from({ length: count }, () => kind);

describe('loadOlderEvents', () => {
  it('loads one page if it has an event other than failures', async () => {
    const { loadPage, cursors } = account(...times(30, 'signed_in'));
    expect((await loadOlderEvents(loadPage, 26)).map(({ number }) => number)).toEqual([
      25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
    ]);
    expect(cursors).toEqual([26]);
  });

  it('loads more pages while a page holds only failures', async () => {
    const { loadPage, cursors } = account(...times(25, 'sign_in_failed'), ...times(10, 'signed_in'));
    expect((await loadOlderEvents(loadPage, undefined)).some(({ kind }) => kind === 'signed_in')).toBe(true);
    expect(cursors).toEqual([36, 26, 16]);
  });

  it('stops at the first event, and after ten pages', async () => {
    const few = account(...times(20, 'sign_in_failed'));
    expect(await loadOlderEvents(few.loadPage, undefined)).toHaveLength(20);
    expect(few.cursors).toHaveLength(2);
    const many = account(...times(2000, 'sign_in_failed'));
    expect(await loadOlderEvents(many.loadPage, undefined)).toHaveLength(100);
  });

  it('has a next cursor until the first event is loaded', () => {
    expect(nextCursor([sampleEvent({ number: 3 }), sampleEvent({ number: 2 })])).toBe(2);
    expect(nextCursor([sampleEvent({ number: 2 }), sampleEvent({ number: 1 })])).toBeUndefined();
    expect(nextCursor([])).toBeUndefined();
  });
});
