/**
 * The server's clock, from the `Date` header of its responses and this page's monotonic clock. The browser's own clock may be
 * wrong by hours; it is used only until the first response.
 */
export const createServerTime = () => {
  let pageStartMs: number | undefined;
  return {
    /** A response never comes from the future, so the latest date is the most accurate; a cached response is behind. */
    update(date: unknown): void {
      const startMs = typeof date === 'string' ? Date.parse(date) - performance.now() : Number.NaN;
      if (!Number.isNaN(startMs)) pageStartMs = Math.max(pageStartMs ?? startMs, startMs);
    },
    /** Milliseconds since 1970. */
    now: (): number => (pageStartMs === undefined ? Date.now() : pageStartMs + performance.now()),
  };
};
