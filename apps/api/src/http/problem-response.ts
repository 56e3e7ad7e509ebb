import type { Endpoint } from '@latchkey/contract/endpoint';
import { type OAuthErrorBody, oauthErrorOf } from '@latchkey/contract/oauth-errors';
import { challengeHeader, problemAnswer, problemBodyOf } from '@latchkey/contract/problem-json';
import { problems } from '@latchkey/contract/problems';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isDatabaseFault, withoutValues } from '../database/faults.ts';
import { Problem, problem } from '../problem.ts';

/** Errors that Express itself throws: a malformed percent-encoding in the path, or a file that no longer exists. */
const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && (error instanceof URIError || error.status === 404);

/** The problem for an error. An unexpected error becomes `internal_error`. */
const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (isDatabaseFault(error)) {
    return problem('unavailable', { reason: 'database' }, { retryAfterSeconds: 2, cause: error });
  }
  if (isNotFound(error)) return new Problem('not_found', 'There is nothing at this address.');
  return new Problem('internal_error', 'The server failed unexpectedly. The error has been logged.', { cause: error });
};

/** RFC 6749 §5.2: printable ASCII without double quotes and backslashes. */
const oauthBodyOf = ({ code, detail }: Problem): OAuthErrorBody => ({
  error: oauthErrorOf(code).error,
  error_description: detail.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, "'"),
});

const answerOf = (problem: Problem, failures: Endpoint['failures'], requestId: string) => {
  const answer = problemAnswer(problemBodyOf(problem, requestId));
  if (failures !== 'oauth') return answer;
  return {
    status: oauthErrorOf(problem.code).status,
    headers: { ...answer.headers, 'Content-Type': 'application/json; charset=utf-8' },
    text: JSON.stringify(oauthBodyOf(problem)),
  };
};

const send = (response: Response, problem: Problem, failures: Endpoint['failures']): void => {
  const { status, headers, text } = answerOf(problem, failures, response.locals.requestId);
  if (problem.retryAfterSeconds !== undefined) response.set('Retry-After', String(problem.retryAfterSeconds));
  response
    .status(status)
    .set({ ...headers, ...challengeHeader('latchkey', status, problem) })
    .send(text);
};

/** The last middleware: turns an error into a problem, or into an OAuth error if the endpoint declares those. */
export const problemResponse = (logger: Logger, endpoints: readonly Endpoint[]): ErrorRequestHandler => {
  const failuresAt = new Map(endpoints.map(({ path, failures }) => [path as string, failures]));
  return (error, request, response, next) => {
    const problem = toProblem(error);
    response.locals.problemCode = problem.code;
    if (problem.cause instanceof Error) {
      const { name, message, stack } = withoutValues(problem.cause);
      const { requestId } = response.locals;
      const level = problems[problem.code].status >= 500 ? 'error' : 'warn';
      logger[level]({ requestId, code: problem.code, error: { name, message, stack } }, 'request failed');
    }
    if (response.headersSent) next(error);
    else send(response, problem, failuresAt.get(request.path));
  };
};
