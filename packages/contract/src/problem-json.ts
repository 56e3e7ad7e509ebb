import { type ProblemBody, type ProblemCode, problems, problemType } from './problems.ts';

type Failure = Pick<ProblemBody, 'code' | 'detail' | 'values'> & {
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined;
};

/** The body of a problem of Latchkey (RFC 9457). */
export const problemBodyOf = ({ code, detail, values, errors }: Failure, requestId: string) => ({
  type: problemType(code),
  ...problems[code],
  detail,
  code,
  requestId,
  ...(values && { values }),
  ...(errors && { errors }),
});

/** An answer of problem+json, for any HTTP server. */
export const problemAnswer = <Body extends { readonly status: number }>(body: Body) => ({
  status: body.status,
  headers: { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' },
  text: JSON.stringify(body),
});

/** The `error` of RFC 6750 §3.1 and RFC 9470 §3. A caller who sent no token gets none (RFC 6750 §3). */
const bearerErrors: { readonly [Code in ProblemCode]?: string } = {
  token_invalid: 'invalid_token',
  token_expired: 'invalid_token',
  token_revoked: 'invalid_token',
  permission_missing: 'insufficient_scope',
  insufficient_scope: 'insufficient_scope',
  insufficient_user_authentication: 'insufficient_user_authentication',
};

/** RFC 9110 §5.6.4, in printable ASCII. */
const quoted = (text: string): string => `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;

/**
 * The challenge that comes with every 401 (RFC 9110 §11.6.1) and with an insufficient scope (RFC 6750 §3.1).
 * @param parameters more of the challenge, such as `scope` or `max_age`
 */
export const challengeHeader = (
  realm: string,
  status: number,
  { code, detail }: Pick<Failure, 'code' | 'detail'>,
  parameters: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  if (status !== 401 && code !== 'insufficient_scope') return {};
  // RFC 6749 §5.2: the scheme that clients authenticate with.
  if (code === 'invalid_client') return { 'WWW-Authenticate': `Basic realm=${quoted(realm)}, charset="UTF-8"` };
  const error = bearerErrors[code];
  const members = { realm, ...(error && { error, error_description: detail }), ...parameters };
  const pairs = Object.entries(members).map(([name, value]) => `${name}=${quoted(value)}`);
  return { 'WWW-Authenticate': `Bearer ${pairs.join(', ')}` };
};
