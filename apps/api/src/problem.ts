import type { FieldError } from '@latchkey/contract/field-errors';
import { problemMessage, type TextCode, type TextValues } from '@latchkey/contract/problem-texts';
import type { ProblemBody, ProblemCode } from '@latchkey/contract/problems';

type Extras = {
  readonly values?: ProblemBody['values'];
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/** The error that refuses a request. Status and title follow from the code; `detail` tells the developer what to do. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly values: ProblemBody['values'];
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, detail: string, { values, errors, retryAfterSeconds, cause }: Extras = {}) {
    super(`${code}: ${detail}`, { cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.values = values;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type TextArguments<Code extends TextCode> =
  TextValues<Code> extends undefined
    ? [values?: undefined, extras?: Extras]
    : [values: TextValues<Code>, extras?: Extras];

/** A problem that users read, with the text of the catalogue: `throw problem('user_not_found', { username })`. */
export const problem = <Code extends TextCode>(code: Code, ...[values, extras]: TextArguments<Code>): Problem =>
  new Problem(code, problemMessage({ code, values, detail: '' }), { ...extras, ...(values && { values }) });

/** A well-formed request with invalid fields. */
export const invalidRequest = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid_request', errors.map(({ message }) => message).join(' '), { errors });

/** @param until when the next attempt is allowed */
export const tooManyAttempts = (now: Date, until: Date): Problem =>
  problem('too_many_attempts', undefined, {
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)),
  });
