import { randomUUID } from 'node:crypto';
import { challengeHeader, problemAnswer, problemBodyOf } from '@latchkey/contract/problem-json';
import type { ProblemCode } from '@latchkey/contract/problems';
import type { ErrorRequestHandler, Response } from 'express';

/** A kind of problem of your own, such as `{ status: 409, code: 'cart_empty', title: 'The cart is empty' }`. */
export type ProblemKind = { readonly status: number; readonly code: string; readonly title: string };

type Extras = {
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** More parameters of the challenge, such as `scope` or `max_age`. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/** The error that refuses a request (RFC 9457), with a code of Latchkey or a kind of your own. `detail` tells what to do. */
export class Problem extends Error {
  readonly kind: ProblemCode | ProblemKind;
  readonly detail: string;
  readonly extras: Extras;

  constructor(kind: ProblemCode | ProblemKind, detail: string, extras: Extras = {}) {
    super(`${typeof kind === 'string' ? kind : kind.code}: ${detail}`);
    this.name = 'Problem';
    this.kind = kind;
    this.detail = detail;
    this.extras = extras;
  }
}

/** Answers with problem+json and, if the token is the reason, a challenge (RFC 6750 §3). */
export const sendProblem = (response: Response, { kind, detail, extras }: Problem, realm?: string): void => {
  const known: unknown = response.locals.requestId;
  const requestId = typeof known === 'string' ? known : randomUUID();
  const { errors, parameters } = extras;
  const { status, headers, text } = problemAnswer(
    typeof kind === 'string'
      ? problemBodyOf({ code: kind, detail, errors }, requestId)
      : { type: 'about:blank', ...kind, detail, requestId, errors },
  );
  if (typeof kind === 'string' && realm) {
    response.set(challengeHeader(realm, status, { code: kind, detail }, parameters));
  }
  if (status === 503) response.set('Retry-After', '2');
  response
    .status(status)
    .set({ ...headers, 'X-Request-Id': requestId })
    .send(text);
};

/** The problem for an error of body-parser; any other error is an internal one. */
const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const { status } = error as { status?: unknown };
  if (status === 413) return new Problem('payload_too_large', 'The body can have at most 100 kB.');
  if (status === 415) return new Problem('unsupported_media_type', 'Send JSON in UTF-8.');
  if (status === 400) return new Problem('malformed_json', 'The body is not valid JSON.');
  console.error(error);
  return new Problem('internal_error', 'The server failed unexpectedly. The error has been logged.');
};

/** The last middleware of a service: answers errors with problem+json. */
export const problemResponse: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else sendProblem(response, toProblem(error));
};
