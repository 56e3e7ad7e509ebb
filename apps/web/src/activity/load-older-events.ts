import type { Event } from '@latchkey/contract/activity';
import { isFailure } from './group-failures.ts';

/** The number to load events before, or undefined at the end: the first event of an account has number 1. */
export const nextCursor = (events: readonly Event[]): number | undefined => {
  const oldest = events.at(-1)?.number;
  return oldest !== undefined && oldest > 1 ? oldest : undefined;
};

/**
 * Loads the next events to show. A page of nothing but failures shrinks to a line or two, so the pages before it are
 * loaded, too: otherwise an attacker could make "Show older" appear to do nothing.
 * @param loadPage returns a page of events before a number, newest first
 */
export const loadOlderEvents = async (
  loadPage: (before: number | undefined) => Promise<readonly Event[]>,
  before: number | undefined,
  maxPages = 10,
): Promise<readonly Event[]> => {
  const events = await loadPage(before);
  const next = nextCursor(events);
  if (maxPages <= 1 || next === undefined || !events.every(isFailure)) return events;
  return [...events, ...(await loadOlderEvents(loadPage, next, maxPages - 1))];
};
