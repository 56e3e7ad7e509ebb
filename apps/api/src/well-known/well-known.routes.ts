import * as contract from '@latchkey/contract/well-known';
import type { Serve } from '../http/serve.ts';
import type { SigningKeys } from '../tokens/signing-keys.ts';

type Needs = { readonly keys: SigningKeys; readonly issuer: string; readonly algorithm: string };

/** Short enough that a key is everywhere before it signs; long enough to be worth keeping. */
const keptFor = 'public, max-age=60';

export const wellKnownRoutes = (serve: Serve, { keys, issuer, algorithm }: Needs): void => {
  serve(contract.jwks, ({ response }) => {
    response.set('Cache-Control', keptFor);
    return { keys: keys.published() };
  });

  serve(contract.openidConfiguration, ({ response }) => {
    response.set('Cache-Control', keptFor);
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/api/sessions/login`,
      introspection_endpoint: `${issuer}/api/oauth/introspect`,
      revocation_endpoint: `${issuer}/api/oauth/revoke`,
      revocation_feed_uri: `${issuer}/api/tokens/revocations`,
      id_token_signing_alg_values_supported: [algorithm],
      response_types_supported: [],
      subject_types_supported: ['public'],
    };
  });
};
