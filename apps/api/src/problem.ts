import type { FieldError } from '@latchkey/contract/field-errors';
import type { ProblemCode } from '@latchkey/contract/problems';

type Extras = {
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/** The error that refuses a request. Status and title follow from the code; `detail` tells the user what to do. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, detail: string, { errors, retryAfterSeconds, cause }: Extras = {}) {
    super(`${code}: ${detail}`, { cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A well-formed request with invalid fields. */
export const invalidRequest = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid_request', errors.map(({ message }) => message).join(' '), { errors });

/** @param until when the next attempt is allowed */
export const tooManyAttempts = (now: Date, until: Date): Problem =>
  new Problem('too_many_attempts', 'Too many attempts.', {
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)),
  });
