import { useApi } from '../sessions/session.ts';
import { fromNow } from './time-in-words.ts';

/** A moment in words, from the server's now; the full time when one points at it. */
export const Moment = ({ at }: { at: string }) => {
  const now = useApi().now();
  const moment = new Date(at);
  return (
    <time dateTime={at} title={moment.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' })}>
      {fromNow((moment.getTime() - now) / 1000)}
    </time>
  );
};
