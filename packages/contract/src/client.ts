import type { AxiosInstance, AxiosResponse } from 'axios';
import * as z from 'zod/mini';
import type { BodyInput, Endpoint, ParamsOf, QueryInput, ResponseOf } from './endpoint.ts';
import { type OAuthErrorBody, oauthErrorBody } from './oauth-errors.ts';
import { type ProblemBody, problemBody } from './problems.ts';

/** The API refused, and said why. `retryAfterSeconds` is there where it said when to try again. */
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

/** No answer of the API's own arrived: the network failed, or something between answered in its place. */
export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'ConnectionError';
  }
}

/** The parameters of the path, the query, or the body: no call of the contract has two of them. */
type Asked<E extends Endpoint> = undefined extends QueryInput<E> ? [] : [query?: QueryInput<E>];
type Sent<E extends Endpoint> = undefined extends BodyInput<E> ? Asked<E> : [body: BodyInput<E>];
type Input<E extends Endpoint> = keyof ParamsOf<E> extends never ? Sent<E> : [params: ParamsOf<E>];
export type Client = <E extends Endpoint>(endpoint: E, ...input: Input<E>) => Promise<ResponseOf<E>>;

const fill = (path: string, params: unknown): string =>
  path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(Object(params)[name])));

/**
 * Makes a typed client of the contract over an axios instance (which brings base URL, headers and interceptors):
 * `const call = createClient(axios.create({ baseURL })); const { user } = await call(logIn, { username, password })`.
 * Throws `ProblemError` for every problem that the API answers, `OAuthError` where an OAuth endpoint refuses, `ConnectionError` for
 * anything else.
 */
export const createClient =
  (http: AxiosInstance): Client =>
  async (endpoint, ...[input]) => {
    let answer: AxiosResponse;
    try {
      answer = await http.request({
        method: endpoint.method,
        url: fill(endpoint.path, input),
        ...(endpoint.query && { params: input }),
        ...(endpoint.body && { data: input }),
        ...(endpoint.encoding === 'form' && { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
        validateStatus: () => true,
      });
    } catch (error) {
      throw new ConnectionError(error);
    }
    if (answer.status === endpoint.status) return answer.data || undefined;
    const refusal = z.safeParse(oauthErrorBody, answer.data);
    if (endpoint.failures === 'oauth' && refusal.success) throw new OAuthError(refusal.data);
    const problem = z.safeParse(problemBody, answer.data);
    if (!problem.success) throw new ConnectionError(new Error(`unexpected answer with status ${answer.status}`));
    const retryAfter = Number(answer.headers['retry-after']);
    throw new ProblemError(problem.data, retryAfter > 0 ? retryAfter : undefined);
  };
