import type { ReactNode } from 'react';
import { formatDate, formatRelativeTime } from '../ui/format-time.ts';
import { useApi } from './session.ts';

const Time = ({ at, children }: { at: string; children: ReactNode }) => (
  <time
    className="whitespace-nowrap"
    dateTime={at}
    title={formatDate(new Date(at), { dateStyle: 'full', timeStyle: 'medium' })}
  >
    {children}
  </time>
);

/** `3 hours ago` by the server's clock, with the full date as the tooltip. */
export const RelativeTime = ({ at }: { at: string }) => {
  const now = useApi().now();
  return <Time at={at}>{formatRelativeTime((new Date(at).getTime() - now) / 1000)}</Time>;
};

/** `3:04 PM`, for lists that are grouped by day. */
export const TimeOfDay = ({ at }: { at: string }) => (
  <Time at={at}>{formatDate(new Date(at), { timeStyle: 'short' })}</Time>
);
