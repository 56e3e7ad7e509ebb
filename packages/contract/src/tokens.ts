import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { id } from './id.ts';
import { rates } from './limits.ts';
import { name, pastedLine } from './text.ts';
import { user } from './user.ts';

/**
 * The claims of an access token (RFC 9068, RFC 7519). Times are seconds since 1970. `sid` is the session, `jti` this token,
 * `auth_time` when the user last authenticated. `client_id` is the app that the token was issued to. `role` is for other services; Latchkey reads rights from its database.
 */
export const accessTokenClaims = z.strictObject({
  iss: z.string(),
  sub: z.string().check(z.minLength(1)),
  aud: z.string(),
  exp: z.int(),
  iat: z.int(),
  auth_time: z.int(),
  jti: z.string(),
  sid: z.string(),
  type: z.literal('access'),
  role: z.string(),
  scope: z.optional(z.string()),
  username: z.string(),
  client_id: z.string().check(z.minLength(1)),
});
export type AccessTokenClaims = z.output<typeof accessTokenClaims>;

export const currentToken = endpoint({
  method: 'GET',
  path: '/api/tokens/current',
  summary: 'Get the user and the claims of the access token of this request',
  access: 'token',
  rate: rates.reading,
  status: 200,
  response: z.object({ active: z.literal(true), user, claims: accessTokenClaims }),
  problems: [],
});

/** The maximum lifetime of an API token in seconds: a year. */
export const maxApiTokenSeconds = 31_536_000;

const scope = z.string().check(
  z.trim(),
  z.maxLength(500),
  // RFC 6749 §3.3
  z.regex(/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/),
);

const audience = name(200);

/**
 * For the forward authentication of proxies (docs/decisions/0011-forward-auth.md). Each header is always present and never empty, so
 * that none of the client's own remains.
 */
export const forwardAuth = endpoint({
  method: 'GET',
  path: '/api/tokens/forward-auth',
  summary: 'Authorize a request for a proxy: the headers of the answer name the user',
  access: 'any-audience',
  rate: rates.forwardAuth,
  query: z.strictObject({
    audience: z.optional(audience.check(z.meta({ description: 'Default: the audience of Latchkey itself.' }))),
    scope: z.optional(scope.check(z.meta({ description: 'The token must have all of these scopes.' }))),
    role: z.optional(user.shape.role.check(z.meta({ description: 'The user must have this role.' }))),
  }),
  status: 200,
  answers: 'headers',
  response: z.object({
    'Remote-User': z.string().check(z.meta({ description: 'The user name' })),
    'Remote-User-Id': z.string().check(z.meta({ description: 'The id of the user, which is never used again' })),
    'Remote-Groups': z.string().check(z.meta({ description: 'The role of the user' })),
  }),
  problems: ['insufficient_scope'],
});

export const issueToken = endpoint({
  method: 'POST',
  path: '/api/tokens',
  summary: 'Create an API token; for another user only with the permission tokens:issue',
  access: 'session',
  rate: rates.changing,
  guessLimits: ['api-tokens:account', 'api-tokens:ip'],
  body: z.strictObject({
    name: name(80),
    audience: z.optional(audience),
    scope: z.optional(scope),
    /** Seconds. */
    expiresIn: z.optional(z.int().check(z.minimum(60), z.maximum(maxApiTokenSeconds))),
    username: z.optional(pastedLine(1, 254)),
  }),
  example: { name: 'Backup script', expiresIn: 86_400 },
  status: 201,
  response: z.object({
    id: z.string(),
    access_token: z.string().check(z.meta({ 'x-secret': true })),
    token_type: z.literal('bearer'),
    expires_in: z.int(),
  }),
  problems: ['permission_missing', 'user_not_found'],
});

/** An API token without its secret, which is shown only once. */
const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  audience: z.string(),
  scope: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type ApiToken = z.output<typeof apiToken>;

export const listTokens = endpoint({
  method: 'GET',
  path: '/api/tokens',
  summary: 'List the active API tokens that you created or that act as you',
  access: 'session',
  rate: rates.reading,
  status: 200,
  response: z.object({ tokens: z.array(apiToken) }),
  problems: [],
});

export const revokeToken = endpoint({
  method: 'DELETE',
  path: '/api/tokens/:id',
  params: z.strictObject({ id }),
  summary: 'Revoke one of these API tokens',
  access: 'session',
  rate: rates.changing,
  status: 204,
  problems: [],
});
