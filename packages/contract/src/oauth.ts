import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

const tokenMissing = 'Send one token, in the form field token.';

/** RFC 6749 §3.2: a field without a value counts as omitted, one that is not known is ignored, none comes twice. */
const presentedToken = z.object({
  token: z.string(tokenMissing).check(z.minLength(1, tokenMissing), z.meta({ 'x-secret': true })),
  /** Ignored, whatever it says, because a token itself says what it is (RFC 7009 §2.1 allows this). */
  token_type_hint: z.optional(z.string('Send token_type_hint at most once.')),
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
  summary: 'Ask whether an access token is alive (RFC 7662)',
  access: 'token',
  permission: 'tokens:introspect',
  rate: rates.asking,
  body: presentedToken,
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  response: introspection,
  problems: [],
});

export const revoke = endpoint({
  method: 'POST',
  path: '/api/oauth/revoke',
  summary: 'Revoke an access or refresh token by presenting it (RFC 7009)',
  access: 'public',
  rate: rates.reading,
  body: presentedToken,
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  problems: [],
});
