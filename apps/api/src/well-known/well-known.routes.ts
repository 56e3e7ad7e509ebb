import { deviceGrantType } from '@latchkey/contract/oauth';
import { pages } from '@latchkey/contract/pages';
import * as contract from '@latchkey/contract/well-known';
import type { Response } from 'express';
import type { Serve } from '../http/serve.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

type Needs = { readonly keys: SigningKeys; readonly issuer: string; readonly standardScopes: readonly string[] };

/** Short, so that every service has a new key before it signs. */
const cacheControl = 'public, max-age=60';

/** The discovery document for apps, services and client libraries. It lists what works, and nothing else. */
const discoveryDocument = ({ keys, issuer, standardScopes }: Needs) => ({
  issuer,
  jwks_uri: `${issuer}${contract.jwks.path}`,
  authorization_endpoint: `${issuer}${pages.authorize}`,
  token_endpoint: `${issuer}/api/oauth/token`,
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256'],
  device_authorization_endpoint: `${issuer}/api/oauth/device_authorization`,
  userinfo_endpoint: `${issuer}/api/oauth/userinfo`,
  end_session_endpoint: `${issuer}${pages.endSession}`,
  introspection_endpoint: `${issuer}/api/oauth/introspect`,
  // `Bearer` is an access token type, which RFC 8414 §2 allows here.
  introspection_endpoint_auth_methods_supported: [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'Bearer',
  ],
  revocation_endpoint: `${issuer}/api/oauth/revoke`,
  revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  revocation_feed_uri: `${issuer}${contract.revocationFeedPath}`,
  // Includes the algorithms of keys that no longer sign: a strict client refuses a token with an unlisted algorithm.
  id_token_signing_alg_values_supported: [
    ...new Set([keys.current().algorithm, ...keys.published().map(({ alg }) => alg)]),
  ],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrantType],
  subject_types_supported: ['public'],
  scopes_supported: [...standardScopes],
  claims_supported: ['sub', 'name', 'preferred_username', 'updated_at', 'email', 'email_verified', 'auth_time', 'amr'],
  prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true as const,
  request_uri_parameter_supported: false as const,
  claims_parameter_supported: false as const,
  backchannel_logout_supported: true as const,
  backchannel_logout_session_supported: true as const,
});

export const wellKnownRoutes = (serve: Serve, needs: Needs): void => {
  serve(contract.jwks, ({ response }) => {
    response.set('Cache-Control', cacheControl);
    return { keys: needs.keys.published() };
  });

  const describeIssuer = ({ response }: { response: Response }) => {
    response.set('Cache-Control', cacheControl);
    return discoveryDocument(needs);
  };
  serve(contract.openidConfiguration, describeIssuer);
  serve(contract.authorizationServerMetadata, describeIssuer);
};
