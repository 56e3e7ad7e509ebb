import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { user } from './user.ts';

/**
 * What an access token says (RFC 9068, RFC 7519). Times are seconds since 1970. `sid` is the session, `jti` this token,
 * `auth_time` when the password was last given. `role` is for other services; Latchkey reads rights from its database.
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
});
export type AccessTokenClaims = z.output<typeof accessTokenClaims>;

export const currentToken = endpoint({
  method: 'GET',
  path: '/api/tokens/current',
  summary: 'Look at the access token that this request presents',
  access: 'session',
  status: 200,
  response: z.object({ active: z.literal(true), user, claims: accessTokenClaims }),
  problems: [],
});
