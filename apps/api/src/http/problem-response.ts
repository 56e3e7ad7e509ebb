import { type ProblemBody, problems } from '@latchkey/contract/problems';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isDatabaseFault, withoutValues } from '../database/faults.ts';
import { Problem } from './problem.ts';

/** What Express throws by itself: a broken percent-encoding in the path, or a file that is no longer there. */
const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && (error instanceof URIError || error.status === 404);

/** Every error has a problem; what is neither refused nor foreseen is ours, and is logged as such. */
const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (isDatabaseFault(error)) {
    return new Problem('unavailable', 'The database cannot be used for the moment. Nothing was changed; try again.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  if (isNotFound(error)) return new Problem('not_found', 'There is nothing at this address.');
  return new Problem('internal_error', 'This is our fault, and it was noted.', { cause: error });
};

const challenge = ({ code, detail }: Problem): string =>
  code === 'token_invalid' || code === 'token_expired' || code === 'token_revoked'
    ? `Bearer realm="latchkey", error="invalid_token", error_description="${detail}"`
    : 'Bearer realm="latchkey"';

/** The body of a problem, as RFC 9457 has it. */
export const problemBodyOf = ({ code, detail, errors }: Problem, requestId: string): ProblemBody => ({
  type: `urn:latchkey:problem:${code}`,
  ...problems[code],
  detail,
  code,
  requestId,
  ...(errors && { errors: [...errors] }),
});

const sendProblem = (response: Response, problem: Problem): void => {
  const { status } = problems[problem.code];
  // RFC 9110 §11.6.1 asks for a challenge with every 401; RFC 6750 §3 says what stands in it.
  if (status === 401) response.set('WWW-Authenticate', challenge(problem));
  if (problem.retryAfterSeconds !== undefined) response.set('Retry-After', String(problem.retryAfterSeconds));
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problemBodyOf(problem, response.locals.requestId)));
};

/** The last middleware: whatever was thrown leaves as a problem. */
export const problemResponse =
  (logger: Logger): ErrorRequestHandler =>
  (error, _request, response, next) => {
    const problem = toProblem(error);
    if (problems[problem.code].status >= 500 && problem.cause instanceof Error) {
      const { name, message, stack } = withoutValues(problem.cause);
      const { requestId } = response.locals;
      logger.error({ requestId, code: problem.code, error: { name, message, stack } }, 'request failed');
    }
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
