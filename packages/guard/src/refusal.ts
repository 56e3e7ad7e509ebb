import { randomUUID } from 'node:crypto';
import { type ProblemBody, type ProblemCode, problems } from '@latchkey/contract/problems';
import type { Response } from 'express';

/** The error that refuses a request. Status and title follow from the code; `detail` tells the caller what to do. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  /** More parameters of the challenge, such as `scope` or `max_age`. */
  readonly parameters: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, parameters: Readonly<Record<string, string>> = {}) {
    super(`${code}: ${detail}`);
    this.name = 'Refusal';
    this.code = code;
    this.detail = detail;
    this.parameters = parameters;
  }
}

/** The `error` of RFC 6750 §3.1 and RFC 9470 §3. A caller who sent no token gets none (RFC 6750 §3). */
const errors: { readonly [Code in ProblemCode]?: string } = {
  token_invalid: 'invalid_token',
  token_expired: 'invalid_token',
  token_revoked: 'invalid_token',
  insufficient_scope: 'insufficient_scope',
  insufficient_user_authentication: 'insufficient_user_authentication',
};

const quoted = (text: string): string => `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;

const challenge = ({ code, detail, parameters }: Refusal, realm: string): string => {
  const error = errors[code];
  const members = { realm, ...(error && { error, error_description: detail }), ...parameters };
  return `Bearer ${Object.entries(members)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}`;
};

/** Answers with problem+json (RFC 9457) and, if the token is the reason, a challenge (RFC 6750 §3). */
export const sendRefusal = (response: Response, refusal: Refusal, realm: string): void => {
  const { code, detail } = refusal;
  const { status, title } = problems[code];
  const known: unknown = response.locals.requestId;
  const requestId = typeof known === 'string' ? known : randomUUID();
  const body: ProblemBody = { type: `urn:latchkey:problem:${code}`, title, status, detail, code, requestId };
  if (status === 401 || errors[code]) response.set('WWW-Authenticate', challenge(refusal, realm));
  if (status === 503) response.set('Retry-After', '2');
  response
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'X-Request-Id': requestId })
    .type('application/problem+json')
    .send(JSON.stringify(body));
};
