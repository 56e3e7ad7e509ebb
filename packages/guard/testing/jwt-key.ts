import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto';
import type { JwtKey } from '../../../apps/api/src/keys/jwt.ts';

type Given = { readonly kid: string; readonly alg: JwtKey['algorithm']; readonly jwk: JsonWebKey };

/** A key of the vectors, as the API holds it. From the public part alone it verifies, and cannot sign. */
export const jwtKeyOf = ({ kid, alg, jwk }: Given): JwtKey => {
  if (jwk.k) {
    const secret = createSecretKey(jwk.k, 'base64url');
    return { id: kid, algorithm: alg, signWith: secret, verifyWith: secret };
  }
  const verifyWith = createPublicKey({ key: jwk, format: 'jwk' });
  const signWith = jwk.d ? createPrivateKey({ key: jwk, format: 'jwk' }) : verifyWith;
  return { id: kid, algorithm: alg, signWith, verifyWith };
};
