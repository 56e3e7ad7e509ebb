import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

/** RFC 6749 §3.2: an empty field counts as omitted, an unknown one is ignored, a repeated one is refused. */
const presentedToken = z.object({
  token: z.string().check(z.minLength(1), z.meta({ 'x-secret': true })),
  /** Ignored, because the token itself states its kind (allowed by RFC 7009 §2.1). */
  token_type_hint: z.optional(z.string()),
});

/** RFC 7662 §2.2. For an inactive token, `active` is the only member. */
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
  summary: 'Introspect an access token (RFC 7662)',
  access: 'token',
  permission: 'tokens:introspect',
  rate: rates.introspection,
  body: presentedToken,
  example: { token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' },
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  response: introspection,
  problems: [],
});

export const revoke = endpoint({
  method: 'POST',
  path: '/api/oauth/revoke',
  summary: 'Revoke an access or refresh token (RFC 7009)',
  access: 'public',
  rate: rates.reading,
  body: presentedToken,
  example: { token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' },
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  problems: [],
});
