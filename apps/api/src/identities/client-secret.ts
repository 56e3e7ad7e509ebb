import { createPrivateKey } from 'node:crypto';
import { type Clock, toNumericDate } from '../clock.ts';
import { signJwt } from '../keys/jwt.ts';
import type { Provider } from '../provider-settings.ts';

/**
 * The client secret of a provider. That of Apple is a JWT, which this signs for each request:
 * https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
export const clientSecretOf = ({ authentication, clientId, issuer }: Provider, clock: Clock): string => {
  if ('secret' in authentication) return authentication.secret;
  const { teamId, keyId, pem } = authentication.key;
  const key = createPrivateKey(pem);
  const iat = toNumericDate(clock());
  return signJwt(
    'JWT',
    { id: keyId, algorithm: 'ES256', signWith: key, verifyWith: key },
    { iss: teamId, aud: issuer, sub: clientId, iat, exp: iat + 300 },
  );
};
