import type * as z from 'zod/mini';
import type { GuessLimitName, Rate } from './limits.ts';
import type { Permission } from './permissions.ts';
import type { ProblemCode } from './problems.ts';

/** An endpoint of the HTTP API as data. Types, parsing, client, OpenAPI and log redaction are derived from it. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The whole path, with parameters as in `/api/tokens/:id`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /**
   * `public`: no access token is needed. `token`: any valid access token, including an API token. `session`: the access token of a
   * user session. `any-audience`: also a token for another service; the handler checks the audience.
   */
  readonly access: 'public' | 'token' | 'session' | 'any-audience';
  /** The permission that the account needs, read from the database on each request. Requires an access token. */
  readonly permission?: Permission;
  /** The user must have authenticated within this time (`auth_time`, RFC 9470). Requires a user session. */
  readonly freshSeconds?: number;
  /** A public endpoint that also reads an access token if the caller sends one. */
  readonly readsToken?: true;
  /** `false` for an endpoint that must work without the database. Each process then counts its rate limit separately. */
  readonly asksDatabase?: false;
  /** The rate limit per session, or per address if there is no session. */
  readonly rate: Rate;
  /** Further limits that the endpoint consumes. */
  readonly guessLimits?: readonly GuessLimitName[];
  /** The path parameters. Other values are a 404. */
  readonly params?: z.ZodMiniType;
  /** The query parameters: text, all optional. */
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  /** A body that the documentation shows and sends as it is. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** The encoding of the body, JSON by default. */
  readonly encoding?: 'form';
  readonly status: 200 | 201 | 202 | 204 | 303;
  /**
   * The kind of answer, JSON by default. For `text` and `redirect` the handler returns a string: the text or the URL. For `headers`
   * it returns the headers of an answer without a body. For `zip` it returns the bytes of a zip file, and there is no `response`.
   */
  readonly answers?: 'json' | 'text' | 'redirect' | 'headers' | 'zip';
  /** Absent if the answer has no body. */
  readonly response?: z.ZodMiniType;
  /** The format of failures: problem+json (RFC 9457) by default, or that of `oauth-errors.ts`. */
  readonly failures?: 'oauth';
  /** The endpoint's own failures. `problemsOf` adds those that its other members imply. */
  readonly problems: readonly ProblemCode[];
};

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

type Named<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | Named<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

/** The parameters of a path: `{ id: string }` for `/api/tokens/:id`. */
export type ParamsOf<E extends Endpoint> = { readonly [Name in Named<E['path']>]: string };

/** The query that a caller sends. */
export type QueryInput<E extends Endpoint> = E['query'] extends z.ZodMiniType ? z.input<E['query']> : undefined;
export type QueryOutput<E extends Endpoint> = E['query'] extends z.ZodMiniType ? z.output<E['query']> : undefined;

/** The body that a caller sends. */
export type BodyInput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.input<E['body']> : undefined;
/** The body that the handler receives, after parsing. */
export type BodyOutput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.output<E['body']> : undefined;
/** The answer of the handler; `undefined` if it has no body. */
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodMiniType
  ? z.output<E['response']>
  : E['answers'] extends 'zip'
    ? AsyncIterable<Uint8Array>
    : undefined;

const always = ['too_many_attempts', 'internal_error'] as const;
const withBody = ['payload_too_large', 'unsupported_media_type', 'invalid_request'] as const;
const withToken = ['token_missing', 'token_invalid', 'token_expired', 'token_revoked'] as const;
const withDatabase = ['unavailable'] as const;

/** Every failure that the endpoint may return: its own and those that its other members imply. */
export const problemsOf = (endpoint: Endpoint): ReadonlySet<ProblemCode> =>
  new Set([
    ...endpoint.problems,
    ...(endpoint.body ? withBody : []),
    ...(endpoint.query ? (['invalid_request'] as const) : []),
    ...(endpoint.body && endpoint.encoding !== 'form' ? (['malformed_json'] as const) : []),
    ...(endpoint.access === 'public' ? [] : withToken),
    ...(endpoint.access === 'session' ? (['session_required'] as const) : []),
    ...(endpoint.permission ? (['permission_missing'] as const) : []),
    ...(endpoint.freshSeconds === undefined ? [] : (['insufficient_user_authentication'] as const)),
    // The path may name something that does not exist.
    ...(endpoint.path.includes('/:') ? (['not_found'] as const) : []),
    ...(endpoint.asksDatabase === false ? [] : withDatabase),
    ...always,
  ]);
