import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { id } from './id.ts';
import { rates } from './limits.ts';
import { name, pastedLine, textNamed } from './text.ts';
import { user } from './user.ts';

/**
 * What an access token says (RFC 9068, RFC 7519). Times are seconds since 1970. `sid` is the session, `jti` this token,
 * `auth_time` when the password was last given. `client_id` is the app that the token was issued to. `role` is for other services; Latchkey reads rights from its database.
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
  summary: 'Look at the access token that this request presents',
  access: 'token',
  rate: rates.reading,
  status: 200,
  response: z.object({ active: z.literal(true), user, claims: accessTokenClaims }),
  problems: [],
});

/** The longest life of a named token, in seconds: a year. */
export const maxApiTokenSeconds = 31_536_000;

const scope = textNamed('Scope').check(
  z.trim(),
  z.maxLength(500, 'Scope can have at most 500 characters.'),
  // RFC 6749 §3.3
  z.regex(
    /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/,
    'Write scopes as words with one space between them.',
  ),
);

export const issueToken = endpoint({
  method: 'POST',
  path: '/api/tokens',
  summary: 'Make a token for another service or session; for another user only with the permission tokens:issue',
  access: 'session',
  rate: rates.changing,
  guessLimits: ['tokens for services', 'tokens from an address'],
  body: z.strictObject({
    name: name('Name', 80),
    audience: z.optional(name('Audience', 200)),
    scope: z.optional(scope),
    /** Seconds. */
    expiresIn: z.optional(
      z
        .int('Lifetime must be a whole number of seconds.')
        .check(
          z.minimum(60, 'Lifetime must be at least 60 seconds.'),
          z.maximum(maxApiTokenSeconds, 'Lifetime can be at most a year.'),
        ),
    ),
    username: z.optional(pastedLine('User name', 1, 254)),
  }),
  status: 201,
  response: z.object({
    id: z.string(),
    access_token: z.string().check(z.meta({ 'x-secret': true })),
    token_type: z.literal('bearer'),
    expires_in: z.int(),
  }),
  problems: ['permission_missing', 'user_not_found'],
});

/** A token that was made for a service. It is shown once; this is what is known of it afterwards. */
const namedToken = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  audience: z.string(),
  scope: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type NamedToken = z.output<typeof namedToken>;

export const listTokens = endpoint({
  method: 'GET',
  path: '/api/tokens',
  summary: 'See the tokens that you made, or that stand for you, and that are still alive',
  access: 'session',
  rate: rates.reading,
  status: 200,
  response: z.object({ tokens: z.array(namedToken) }),
  problems: [],
});

export const revokeToken = endpoint({
  method: 'DELETE',
  path: '/api/tokens/:id',
  params: z.strictObject({ id }),
  summary: 'Revoke one of these tokens',
  access: 'session',
  rate: rates.changing,
  status: 204,
  problems: [],
});
