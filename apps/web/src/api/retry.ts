import { ConnectionError, ProblemError } from '@latchkey/contract/client';

/** Longer than this nobody is kept waiting without a word. */
const maxPauseMs = 3_000;

/** No answer, too many requests, trouble on the server's side: it may pass by itself. */
const mayPass = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ProblemError && (error.problem.status === 429 || error.problem.status >= 500));

const pauseAfter = (error: unknown, usualMs: number): number =>
  error instanceof ProblemError ? Math.max(usualMs, (error.retryAfterSeconds ?? 0) * 1000) : usualMs;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Makes one try after the other until one succeeds, with growing pauses. Throws what will not pass, or was the last. */
export const retryWithBackoff = async <Result>(
  tries: readonly [() => Promise<Result>, ...(() => Promise<Result>)[]],
  pauseMs = 250,
  pause = sleep,
): Promise<Result> => {
  const [attempt, next, ...later] = tries;
  try {
    return await attempt();
  } catch (error) {
    const waitMs = pauseAfter(error, pauseMs);
    if (!next || !mayPass(error) || waitMs > maxPauseMs) throw error;
    await pause(waitMs);
    return retryWithBackoff([next, ...later], pauseMs * 3, pause);
  }
};
