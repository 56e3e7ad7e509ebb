import { ConnectionError, ProblemError } from '@latchkey/contract/client';

/** For a longer wait, the user sees the error instead. */
const maxPauseMs = 3_000;

/** No response, too many requests, or a server error: a retry may succeed. */
const isTemporary = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ProblemError && (error.problem.status === 429 || error.problem.status >= 500));

const pauseAfter = (error: unknown, minMs: number): number =>
  error instanceof ProblemError ? Math.max(minMs, (error.retryAfterSeconds ?? 0) * 1000) : minMs;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs the attempts in order until one succeeds, with growing pauses. Throws the first permanent error, or the last error. */
export const retryWithBackoff = async <Result>(
  attempts: readonly [() => Promise<Result>, ...(() => Promise<Result>)[]],
  pauseMs = 250,
  pause = sleep,
): Promise<Result> => {
  const [attempt, next, ...later] = attempts;
  try {
    return await attempt();
  } catch (error) {
    const waitMs = pauseAfter(error, pauseMs);
    if (!next || !isTemporary(error) || waitMs > maxPauseMs) throw error;
    await pause(waitMs);
    return retryWithBackoff([next, ...later], pauseMs * 3, pause);
  }
};
