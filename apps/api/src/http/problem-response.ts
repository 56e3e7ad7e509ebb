import type { Endpoint } from '@latchkey/contract/endpoint';
import { type OAuthErrorBody, oauthErrorOf } from '@latchkey/contract/oauth-errors';
import { type ProblemBody, type ProblemCode, problems } from '@latchkey/contract/problems';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isDatabaseFault, withoutValues } from '../database/faults.ts';
import { Problem } from '../problem.ts';

/** Errors that Express itself throws: a malformed percent-encoding in the path, or a file that no longer exists. */
const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && (error instanceof URIError || error.status === 404);

/** The problem for an error. An unexpected error becomes `internal_error`. */
const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (isDatabaseFault(error)) {
    return new Problem('unavailable', 'The database is temporarily unavailable. Nothing was changed; try again.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  if (isNotFound(error)) return new Problem('not_found', 'There is nothing at this address.');
  return new Problem('internal_error', 'The server failed unexpectedly. The error has been logged.', { cause: error });
};

/** The `error` of RFC 6750 §3.1. A caller who sent no token gets none (§3). */
const bearerErrors: { readonly [Code in ProblemCode]?: string } = {
  token_invalid: 'invalid_token',
  token_expired: 'invalid_token',
  token_revoked: 'invalid_token',
  permission_missing: 'insufficient_scope',
  insufficient_scope: 'insufficient_scope',
  // RFC 9470 §3
  insufficient_user_authentication: 'insufficient_user_authentication',
};

const challenge = ({ code, detail }: Problem): string => {
  const error = bearerErrors[code];
  return error ? `Bearer realm="latchkey", error="${error}", error_description="${detail}"` : 'Bearer realm="latchkey"';
};

/** The body of a problem (RFC 9457). */
export const problemBodyOf = ({ code, detail, errors }: Problem, requestId: string): ProblemBody => ({
  type: `urn:latchkey:problem:${code}`,
  ...problems[code],
  detail,
  code,
  requestId,
  ...(errors && { errors: [...errors] }),
});

/** RFC 6749 §5.2: printable ASCII without double quotes and backslashes. */
const oauthBodyOf = ({ code, detail }: Problem): OAuthErrorBody => ({
  error: oauthErrorOf(code).error,
  error_description: detail.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, "'"),
});

const answerOf = (problem: Problem, failures: Endpoint['failures'], requestId: string) =>
  failures === 'oauth'
    ? { status: oauthErrorOf(problem.code).status, type: 'application/json', body: oauthBodyOf(problem) }
    : {
        status: problems[problem.code].status,
        type: 'application/problem+json',
        body: problemBodyOf(problem, requestId),
      };

const send = (response: Response, problem: Problem, failures: Endpoint['failures']): void => {
  const { status, type, body } = answerOf(problem, failures, response.locals.requestId);
  // RFC 9110 §11.6.1 requires a challenge with every 401, RFC 6750 §3.1 with an insufficient scope; §3 defines its content.
  if (status === 401 || problem.code === 'insufficient_scope') response.set('WWW-Authenticate', challenge(problem));
  if (problem.retryAfterSeconds !== undefined) response.set('Retry-After', String(problem.retryAfterSeconds));
  response.status(status).set('Cache-Control', 'no-store').type(type).send(JSON.stringify(body));
};

/** The last middleware: turns an error into a problem, or into an OAuth error if the endpoint declares those. */
export const problemResponse = (logger: Logger, endpoints: readonly Endpoint[]): ErrorRequestHandler => {
  const failuresAt = new Map(endpoints.map(({ path, failures }) => [path as string, failures]));
  return (error, request, response, next) => {
    const problem = toProblem(error);
    if (problems[problem.code].status >= 500 && problem.cause instanceof Error) {
      const { name, message, stack } = withoutValues(problem.cause);
      const { requestId } = response.locals;
      logger.error({ requestId, code: problem.code, error: { name, message, stack } }, 'request failed');
    }
    if (response.headersSent) next(error);
    else send(response, problem, failuresAt.get(request.path));
  };
};
