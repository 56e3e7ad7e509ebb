import type { BodyInput, Endpoint, ParamsOf, QueryInput, ResponseOf } from './endpoint.ts';
import type { OAuthErrorBody } from './oauth-errors.ts';
import type { ProblemBody } from './problems.ts';

/** The API refused the call. `retryAfterSeconds` is set when the API said when to try again. */
export class ProblemError extends Error {
  readonly problem: ProblemBody;
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: ProblemBody, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** An OAuth endpoint refused, with one of the errors of RFC 6749 §5.2. */
export class OAuthError extends Error {
  readonly error: string;

  constructor({ error, error_description }: OAuthErrorBody) {
    super(error_description);
    this.name = 'OAuthError';
    this.error = error;
  }
}

/** No answer of the API arrived: the network failed, or something between answered in its place. */
export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'ConnectionError';
  }
}

/** A member that the endpoint declares; optional when an empty object will do. */
type Member<Name extends string, Value> = [Value] extends [undefined]
  ? unknown
  : Record<never, never> extends Value
    ? { readonly [N in Name]?: Value }
    : { readonly [N in Name]: Value };

/** What a call of an endpoint takes: the parameters of its path, its query and its body, as far as it has them. */
type Input<E extends Endpoint> = Member<'params', keyof ParamsOf<E> extends never ? undefined : ParamsOf<E>> &
  Member<'query', QueryInput<E>> &
  Member<'body', BodyInput<E>>;

type Arguments<E extends Endpoint> = keyof Input<E> extends never
  ? []
  : Record<never, never> extends Input<E>
    ? [input?: Input<E>]
    : [input: Input<E>];

/** What a call returns: a file as a whole. */
type AnswerOf<E extends Endpoint> = E['answers'] extends 'zip' ? Blob : ResponseOf<E>;

/**
 * Calls an endpoint: `call(revokeToken, { params: { id } })`. Throws `ProblemError` for every problem that the API answers,
 * `OAuthError` when an OAuth endpoint refuses, `ConnectionError` for anything else.
 */
export type Client = <E extends Endpoint>(endpoint: E, ...input: Arguments<E>) => Promise<AnswerOf<E>>;
