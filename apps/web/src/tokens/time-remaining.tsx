import { useEffect, useState } from 'react';
import { useApi } from '../api/session.ts';
import { formatDuration, formatRelativeTime } from '../ui/format-time.ts';
import { parseTime } from './claims.ts';
import type { Members } from './decode-token.ts';

/** The server's time in seconds, updated every second. */
const useNow = (): number => {
  const { now } = useApi();
  const [seconds, setSeconds] = useState(() => now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [now]);
  return seconds;
};

/** Counts down to the expiry of a token. */
export const TimeRemaining = ({ payload: { exp, iat } }: { payload: Members }) => {
  const now = useNow();
  const end = parseTime('exp', exp);
  if (!end) return <p>This token has no expiry date. Services should reject it.</p>;
  const endSeconds = end.getTime() / 1000;
  const left = endSeconds - now;
  if (left <= 0) return <p className="font-medium">Expired {formatRelativeTime(left)}.</p>;
  const start = parseTime('iat', iat);
  const lifetime = start ? endSeconds - start.getTime() / 1000 : 0;
  return (
    <>
      <p id="time-remaining" className="mb-2">
        {formatDuration(left)} left{lifetime > 0 && ` of ${formatDuration(lifetime)}`}.
      </p>
      {lifetime > 0 && (
        <progress
          className="progress progress-primary block w-full"
          value={Math.min(left, lifetime)}
          max={lifetime}
          aria-labelledby="time-remaining"
        />
      )}
    </>
  );
};
