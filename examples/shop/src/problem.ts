import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import * as z from 'zod/mini';

type FieldError = { readonly path: string; readonly message: string };

/** The error that refuses a request (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, code: string, detail: string, errors?: readonly FieldError[]) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/**
 * Validates a body.
 * @throws Problem with a message for each invalid field
 */
export const parseBody = <Shape>(shape: z.ZodMiniType<Shape>, body: unknown): Shape => {
  if (body === undefined) throw new Problem(415, 'unsupported_media_type', 'Send JSON.');
  const parsed = z.safeParse(shape, body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem(422, 'invalid_request', 'The body has invalid fields.', errors);
};

/** The problem for an error of body-parser; any other error is an internal one. */
const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const { status } = error as { status?: unknown };
  if (status === 413) return new Problem(413, 'payload_too_large', 'The body can have at most 100 kB.');
  if (status === 415) return new Problem(415, 'unsupported_media_type', 'Send JSON in UTF-8.');
  if (status === 400) return new Problem(400, 'malformed_json', 'The body is not valid JSON.');
  console.error(error);
  return new Problem(500, 'internal_error', 'The server failed unexpectedly. The error has been logged.');
};

/** The last middleware: answers with problem+json. */
export const problemResponse: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const { status, code, message, errors } = toProblem(error);
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code, errors };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
};
