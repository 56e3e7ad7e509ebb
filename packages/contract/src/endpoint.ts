import type * as z from 'zod/mini';
import type { GuessLimitName, Rate } from './limits.ts';
import type { Permission } from './permissions.ts';
import type { ProblemCode } from './problems.ts';

/** One call of the HTTP API, as data. Types, parsing, client, OpenAPI and log redaction are all derived from it. */
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The whole path, with parameters as in `/api/tokens/:id`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /**
   * `public`: no access token is needed. `token`: any live one is, also one that was made for a service.
   * `session`: the one of somebody who signed in.
   */
  readonly access: 'public' | 'token' | 'session';
  /** What the account must be allowed to do; read from the database on each request. Needs an access token. */
  readonly permission?: Permission;
  /** The password must have been given within so many seconds (`auth_time`, RFC 9470). Needs a user session. */
  readonly freshSeconds?: number;
  /** A public call that also reads the access token of a caller who sends one. */
  readonly readsToken?: true;
  /** `false` for a call that must work without the database: its rate is then counted in each process. */
  readonly asksDatabase?: false;
  /** How often one caller may make this call: a session, or an address where there is none. */
  readonly rate: Rate;
  /** What is counted beside it. */
  readonly guessLimits?: readonly GuessLimitName[];
  /** What the parameters of the path can be. Anything else names nothing: 404. */
  readonly params?: z.ZodMiniType;
  /** What may follow the path after a question mark: text, all of it optional. */
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  /** How the body is written; JSON where it does not say. */
  readonly encoding?: 'form';
  readonly status: 200 | 201 | 204 | 303;
  /** How the handler's answer is written, JSON by default. `text` and `redirect` answer a string: the text, or the address. */
  readonly answers?: 'json' | 'text' | 'redirect';
  /** Absent where the answer has no body. */
  readonly response?: z.ZodMiniType;
  /** How failures are written: as problem+json (RFC 9457) where it does not say, else as `oauth-errors.ts` has them. */
  readonly failures?: 'oauth';
  /** The failures of this call's own; `problemsOf` adds those that its shape implies. */
  readonly problems: readonly ProblemCode[];
};

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

type Named<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | Named<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

/** The parameters of a path: of `/api/tokens/:id` it is `{ id: string }`. */
export type ParamsOf<E extends Endpoint> = { readonly [Name in Named<E['path']>]: string };

/** What a caller may add to the path. */
export type QueryInput<E extends Endpoint> = E['query'] extends z.ZodMiniType ? z.input<E['query']> : undefined;
export type QueryOutput<E extends Endpoint> = E['query'] extends z.ZodMiniType ? z.output<E['query']> : undefined;

/** What a caller sends as the body. */
export type BodyInput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.input<E['body']> : undefined;
/** What the handler gets: the body after parsing. */
export type BodyOutput<E extends Endpoint> = E['body'] extends z.ZodMiniType ? z.output<E['body']> : undefined;
/** What the handler gives and the caller gets; `undefined` where the answer has no body. */
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodMiniType ? z.output<E['response']> : undefined;

const always = ['too_many_attempts', 'internal_error'] as const;
const withBody = ['payload_too_large', 'unsupported_media_type', 'invalid_request'] as const;
const withToken = ['token_missing', 'token_invalid', 'token_expired', 'token_revoked'] as const;
const withDatabase = ['unavailable'] as const;

/** Every failure that this call may answer with: its own and those implied by its body and access. */
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
    // A path that names one thing may name one that is not there.
    ...(endpoint.path.includes('/:') ? (['not_found'] as const) : []),
    ...(endpoint.asksDatabase === false ? [] : withDatabase),
    ...always,
  ]);
