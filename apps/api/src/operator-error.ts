import { withoutValues } from './database/faults.ts';
import { Problem } from './problem.ts';

/** A failure that the operator can fix. The message says how. */
export class OperatorError extends Error {}

/** What a process prints when it fails: a sentence for the operator, or the stack of a bug. */
export const failureText = (error: unknown): string => {
  if (error instanceof OperatorError) return error.message;
  if (error instanceof Problem) return error.detail;
  if (!(error instanceof Error)) return String(error);
  const { stack, message } = withoutValues(error);
  return stack ?? message;
};
