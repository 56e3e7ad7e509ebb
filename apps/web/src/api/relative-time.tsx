import type { ReactNode } from 'react';
import { fromNow } from '../ui/time-in-words.ts';
import { useApi } from './session.ts';

const Time = ({ at, children }: { at: string; children: ReactNode }) => (
  <time
    className="whitespace-nowrap"
    dateTime={at}
    title={new Date(at).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' })}
  >
    {children}
  </time>
);

/** A moment in words, from the server's now; the full time when one points at it. */
export const RelativeTime = ({ at }: { at: string }) => {
  const now = useApi().now();
  return <Time at={at}>{fromNow((new Date(at).getTime() - now) / 1000)}</Time>;
};

/** The same on the clock, where the day is said elsewhere. */
export const TimeOfDay = ({ at }: { at: string }) => (
  <Time at={at}>{new Date(at).toLocaleTimeString(undefined, { timeStyle: 'short' })}</Time>
);
