import { useEffect, useReducer } from 'react';

/**
 * Counts the seconds until a time; 0 when it is reached.
 * @param endMs by the page's clock, `performance.now()`
 */
export const useCountdown = (endMs: number | undefined): number => {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    if (endMs === undefined) return;
    const timer = setInterval(() => {
      tick();
      if (performance.now() >= endMs) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [endMs]);
  return endMs === undefined ? 0 : Math.max(0, Math.ceil((endMs - performance.now()) / 1000));
};
