import type * as z from 'zod/mini';
import type { ProblemCode } from './problems.ts';

/** One call of the HTTP API, as data. Types, parsing, client, OpenAPI and log redaction are all derived from it. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The whole path, with parameters as in `/api/tokens/:id`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** `session`: a live session's access token is needed. `public`: none is. */
  readonly access: 'public' | 'session';
  readonly body?: z.ZodMiniType;
  readonly status: 200 | 201 | 204;
  /** Absent where the answer has no body. */
  readonly response?: z.ZodMiniType;
  /** The failures of this call's own; `problemsOf` adds those that its shape implies. */
  readonly problems: readonly ProblemCode[];
};

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

/** What a caller sends as the body. */
export type BodyInput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.input<E['body']> : undefined;
/** What the handler gets: the body after parsing. */
export type BodyOutput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.output<E['body']> : undefined;
/** What the handler gives and the caller gets; `undefined` where the answer has no body. */
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodMiniType ? z.output<E['response']> : undefined;

const always = ['internal_error'] as const;
const withBody = ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request'] as const;
const withSession = ['token_missing', 'token_invalid', 'token_expired', 'token_revoked'] as const;
/** Whoever reads a body or a session asks the database. */
const withDatabase = ['unavailable'] as const;

/** Every failure that this call may answer with: its own and those implied by its body and access. */
export const problemsOf = (endpoint: Endpoint): ReadonlySet<ProblemCode> =>
  new Set([
    ...endpoint.problems,
    ...(endpoint.body ? withBody : []),
    ...(endpoint.access === 'session' ? withSession : []),
    ...(endpoint.body || endpoint.access === 'session' ? withDatabase : []),
    ...always,
  ]);
