import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

export const revocationFeedPath = '/api/tokens/revocations';

/** A public key (RFC 7517). Further members depend on its type. */
const jwk = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal('sig') });

export const jwks = endpoint({
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary: 'Get the public keys of the active, retiring and pending signing keys (RFC 7517)',
  access: 'public',
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: z.object({ keys: z.array(jwk) }),
  problems: [],
});

const discovery = {
  method: 'GET',
  access: 'public',
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: z.object({
    issuer: z.string(),
    jwks_uri: z.string(),
    authorization_endpoint: z.string(),
    device_authorization_endpoint: z.string(),
    userinfo_endpoint: z.string(),
    end_session_endpoint: z.string(),
    token_endpoint: z.string(),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    token_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
    introspection_endpoint: z.string(),
    introspection_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_endpoint: z.string(),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    revocation_feed_uri: z.string(),
    id_token_signing_alg_values_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    claims_supported: z.array(z.string()),
    response_modes_supported: z.array(z.string()),
    prompt_values_supported: z.array(z.string()),
    code_challenge_methods_supported: z.array(z.string()),
    authorization_response_iss_parameter_supported: z.literal(true),
    request_uri_parameter_supported: z.literal(false),
    claims_parameter_supported: z.literal(false),
    backchannel_logout_supported: z.literal(true),
    backchannel_logout_session_supported: z.literal(true),
  }),
  problems: [],
} as const;

export const openidConfiguration = endpoint({
  ...discovery,
  path: '/.well-known/openid-configuration',
  summary: 'Get the keys and endpoints of this issuer (OpenID Connect Discovery)',
});

export const authorizationServerMetadata = endpoint({
  ...discovery,
  path: '/.well-known/oauth-authorization-server',
  summary: 'Get the keys and endpoints of this issuer (RFC 8414)',
});
