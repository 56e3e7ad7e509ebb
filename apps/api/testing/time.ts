/** Time that passes only when a test calls `pass`, which wakes the sleepers whose time has come. */
export const createTime = () => {
  let now = 0;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    /** Milliseconds since the start. */
    now: () => now,
    sleep: (milliseconds: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { at: now + milliseconds, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    /** The number of sleepers. */
    sleeping: (): number => sleepers.size,
    pass(milliseconds: number): void {
      now += milliseconds;
      for (const { at, wake } of sleepers) if (at <= now) wake();
    },
  };
};

export type Time = ReturnType<typeof createTime>;
