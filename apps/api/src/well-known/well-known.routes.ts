import * as contract from '@latchkey/contract/well-known';
import type { Response } from 'express';
import type { Serve } from '../http/serve.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

type Needs = { readonly keys: SigningKeys; readonly issuer: string };

/** Short, so that every service has a new key before it signs. */
const cacheControl = 'public, max-age=60';

/**
 * The discovery document for services and client libraries. Latchkey supports no OAuth grant and lists none; `token_endpoint`,
 * which RFC 8414 §2 requires, is the sign-in with JSON.
 */
const discoveryDocument = ({ keys, issuer }: Needs) => ({
  issuer,
  jwks_uri: `${issuer}${contract.jwks.path}`,
  token_endpoint: `${issuer}/api/sessions/login`,
  token_endpoint_auth_methods_supported: ['none'],
  introspection_endpoint: `${issuer}/api/oauth/introspect`,
  // An access token type, which RFC 8414 §2 allows here: the caller sends an access token, not a client secret.
  introspection_endpoint_auth_methods_supported: ['Bearer'],
  revocation_endpoint: `${issuer}/api/oauth/revoke`,
  revocation_endpoint_auth_methods_supported: ['none'],
  revocation_feed_uri: `${issuer}${contract.revocationFeedPath}`,
  // Includes the algorithms of keys that no longer sign: a strict client refuses a token with an unlisted algorithm.
  id_token_signing_alg_values_supported: [
    ...new Set([keys.current().algorithm, ...keys.published().map(({ alg }) => alg)]),
  ],
  response_types_supported: [],
  grant_types_supported: [],
  subject_types_supported: ['public'],
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
