import type { AxiosInstance, AxiosResponse } from 'axios';
import * as z from 'zod/mini';
import { type Client, ConnectionError, OAuthError, ProblemError } from './client.ts';
import { oauthErrorBody } from './oauth-errors.ts';
import { problemBody, problemType } from './problems.ts';

const pathWith = (path: string, params: unknown): string =>
  path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(Object(params)[name])));

/** The failure of a call that was to return a file. */
const parsedJson = (bytes: ArrayBuffer): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
};

/**
 * Makes a typed client of the contract over an axios instance (which brings base URL, headers and interceptors):
 * `const call = createClient(axios.create({ baseURL })); const { user } = await call(logIn, { body: { username, password } })`.
 */
export const createClient =
  (http: AxiosInstance): Client =>
  async (endpoint, ...[input]) => {
    const { params, query, body }: { params?: unknown; query?: unknown; body?: unknown } = input ?? {};
    const isFile = endpoint.answers === 'zip';
    let answer: AxiosResponse;
    try {
      answer = await http.request({
        method: endpoint.method,
        url: pathWith(endpoint.path, params),
        params: query,
        data: body,
        ...(endpoint.encoding === 'form' && { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
        ...(isFile && { responseType: 'arraybuffer' }),
        validateStatus: () => true,
      });
    } catch (error) {
      throw new ConnectionError(error);
    }
    if (answer.status === endpoint.status) return isFile ? new Blob([answer.data]) : answer.data || undefined;
    const failure = isFile ? parsedJson(answer.data) : answer.data;
    const refusal = z.safeParse(oauthErrorBody, failure);
    if (endpoint.failures === 'oauth' && refusal.success) throw new OAuthError(refusal.data);
    const problem = z.safeParse(problemBody, failure);
    if (!problem.success || problem.data.type !== problemType(problem.data.code))
      throw new ConnectionError(new Error(`unexpected answer with status ${answer.status}`));
    const retryAfter = Number(answer.headers['retry-after']);
    throw new ProblemError(problem.data, retryAfter > 0 ? retryAfter : undefined);
  };
