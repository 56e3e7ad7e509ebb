import { useEffect, useState } from 'react';
import { useApi } from '../api/session.ts';
import { fromNow, lengthInWords } from '../ui/time-in-words.ts';
import { timeOf } from './claims.ts';
import type { Members } from './read-token.ts';

/** The server's now, in seconds, every second anew. */
const useNow = (): number => {
  const { now } = useApi();
  const [seconds, setSeconds] = useState(() => now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [now]);
  return seconds;
};

/** How long a token still lives, as it runs down. */
export const LifeLeft = ({ payload: { exp, iat } }: { payload: Members }) => {
  const now = useNow();
  const end = timeOf('exp', exp);
  if (!end) return <p>It does not say when it ends. Services should refuse such a token.</p>;
  const endSeconds = end.getTime() / 1000;
  const left = endSeconds - now;
  if (left <= 0) return <p className="font-medium">Expired {fromNow(left)}.</p>;
  const start = timeOf('iat', iat);
  const life = start ? endSeconds - start.getTime() / 1000 : 0;
  return (
    <>
      <p id="life-left" className="mb-2">
        {lengthInWords(left)} left{life > 0 && ` of ${lengthInWords(life)}`}.
      </p>
      {life > 0 && (
        <progress
          className="progress progress-primary block w-full"
          value={Math.min(left, life)}
          max={life}
          aria-labelledby="life-left"
        />
      )}
    </>
  );
};
