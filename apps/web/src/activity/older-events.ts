import type { Event } from '@latchkey/contract/activity';
import { isFailure } from './fold-failures.ts';

/** What to ask for next, as every event but the first has one before it; nothing at the end. */
export const numberBefore = (events: readonly Event[]): number | undefined => {
  const oldest = events.at(-1)?.number;
  return oldest !== undefined && oldest > 1 ? oldest : undefined;
};

/**
 * The next events to show. Where all that came are failures, which fold into a line or two, the ones before them come
 * with them: otherwise a stranger could make their owner press the button again and again and see nothing new.
 * @param ask gives those before a number, newest first
 */
export const olderEvents = async (
  ask: (before: number | undefined) => Promise<readonly Event[]>,
  before: number | undefined,
  maxAsked = 10,
): Promise<readonly Event[]> => {
  const events = await ask(before);
  const next = numberBefore(events);
  if (maxAsked <= 1 || next === undefined || !events.every(isFailure)) return events;
  return [...events, ...(await olderEvents(ask, next, maxAsked - 1))];
};
