import * as contract from '@latchkey/contract/well-known';
import type { Response } from 'express';
import type { Serve } from '../http/serve.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

type Needs = { readonly keys: SigningKeys; readonly issuer: string };

/** Short enough that a key is everywhere before it signs; long enough to be worth keeping. */
const keptFor = 'public, max-age=60';

/**
 * What services and client libraries need to know. There is no OAuth grant, so none is listed: `token_endpoint` is there because
 * RFC 8414 §2 requires it, and signs in with JSON.
 */
const discoveryDocument = ({ keys, issuer }: Needs) => ({
  issuer,
  jwks_uri: `${issuer}${contract.jwks.path}`,
  token_endpoint: `${issuer}/api/sessions/login`,
  token_endpoint_auth_methods_supported: ['none'],
  introspection_endpoint: `${issuer}/api/oauth/introspect`,
  // An access token type, which RFC 8414 §2 allows here: the caller presents an access token, not a client secret.
  introspection_endpoint_auth_methods_supported: ['Bearer'],
  revocation_endpoint: `${issuer}/api/oauth/revoke`,
  revocation_endpoint_auth_methods_supported: ['none'],
  revocation_feed_uri: `${issuer}${contract.revocationFeedPath}`,
  // Also those of keys that no longer sign: a strict client refuses a token whose algorithm is not listed.
  id_token_signing_alg_values_supported: [
    ...new Set([keys.current().algorithm, ...keys.published().map(({ alg }) => alg)]),
  ],
  response_types_supported: [],
  grant_types_supported: [],
  subject_types_supported: ['public'],
});

export const wellKnownRoutes = (serve: Serve, needs: Needs): void => {
  serve(contract.jwks, ({ response }) => {
    response.set('Cache-Control', keptFor);
    return { keys: needs.keys.published() };
  });

  const describeIssuer = ({ response }: { response: Response }) => {
    response.set('Cache-Control', keptFor);
    return discoveryDocument(needs);
  };
  serve(contract.openidConfiguration, describeIssuer);
  serve(contract.authorizationServerMetadata, describeIssuer);
};
