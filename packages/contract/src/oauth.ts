import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

const presentedToken = z.object({
  token: z.string({ error: 'Send the token as the form field "token".' }).check(z.meta({ secret: true })),
  /** Not needed here: a token says itself what it is. */
  token_type_hint: z.optional(z.string()),
});

/** RFC 7662 §2.2. Of a token that is not alive nothing is said. */
const introspection = z.object({
  active: z.boolean(),
  scope: z.optional(z.string()),
  username: z.optional(z.string()),
  client_id: z.optional(z.string()),
  token_type: z.optional(z.literal('bearer')),
  exp: z.optional(z.int()),
  iat: z.optional(z.int()),
  sub: z.optional(z.string()),
  aud: z.optional(z.string()),
  iss: z.optional(z.string()),
  jti: z.optional(z.string()),
  sid: z.optional(z.string()),
  role: z.optional(z.string()),
});

export const introspect = endpoint({
  method: 'POST',
  path: '/api/oauth/introspect',
  summary: 'Ask whether an access token is alive (RFC 7662); needs the permission tokens:introspect',
  access: 'token',
  rate: rates.asking,
  body: presentedToken,
  encoding: 'form',
  status: 200,
  response: introspection,
  problems: ['permission_missing'],
});

export const revoke = endpoint({
  method: 'POST',
  path: '/api/oauth/revoke',
  summary: 'Revoke an access or refresh token by presenting it (RFC 7009)',
  access: 'public',
  rate: rates.reading,
  body: presentedToken,
  encoding: 'form',
  status: 200,
  problems: [],
});
