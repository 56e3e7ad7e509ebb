import { ConnectionError, ProblemError } from '@latchkey/contract/client';
import { formatDuration } from '../ui/format-time.ts';

/** For `catch` after ending a session or revoking a token: if it no longer exists, the goal is reached. */
export const ignoreNotFound = (error: unknown): void => {
  if (!(error instanceof ProblemError && error.problem.code === 'not_found')) throw error;
};

/** An error as a message for the user, without the time to wait. */
export const problemMessage = (error: unknown): string => {
  if (error instanceof ConnectionError) return 'Can’t reach the server. Check your connection and try again.';
  if (!(error instanceof ProblemError)) return 'Something went wrong. Reload the page.';
  return error.problem.detail;
};

/** An error as a message for the user, with what to do next. */
export const errorMessage = (error: unknown): string => {
  const seconds = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
  return problemMessage(error) + (seconds ? ` Try again in ${formatDuration(seconds)}.` : '');
};
