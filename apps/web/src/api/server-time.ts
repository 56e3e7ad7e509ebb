/**
 * What time it is for the server: from the `Date` of its answers and this page's monotonic clock. The browser's own clock
 * may be wrong by hours; it counts only until the first answer.
 */
export const createServerTime = () => {
  let startMs: number | undefined;
  return {
    /** An answer is never from the future, so the latest date is the nearest; one from the cache is behind. */
    learn(date: unknown): void {
      const toldMs = typeof date === 'string' ? Date.parse(date) - performance.now() : Number.NaN;
      if (!Number.isNaN(toldMs)) startMs = Math.max(startMs ?? toldMs, toldMs);
    },
    /** Milliseconds since 1970. */
    now: (): number => (startMs === undefined ? Date.now() : startMs + performance.now()),
  };
};
