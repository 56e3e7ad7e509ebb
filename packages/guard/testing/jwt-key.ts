import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey } from 'node:crypto';
import type { JwtKey } from '../../../apps/api/src/keys/jwt.ts';

type VectorKey = { readonly kid: string; readonly alg: JwtKey['algorithm']; readonly jwk: JsonWebKey };

/** A key of the vectors as a key of the API. A public key verifies, but cannot sign. */
export const jwtKeyOf = ({ kid, alg, jwk }: VectorKey): JwtKey => {
  if (jwk.k) {
    const secret = createSecretKey(jwk.k, 'base64url');
    return { id: kid, algorithm: alg, signWith: secret, verifyWith: secret };
  }
  const verifyWith = createPublicKey({ key: jwk, format: 'jwk' });
  const signWith = jwk.d ? createPrivateKey({ key: jwk, format: 'jwk' }) : verifyWith;
  return { id: kid, algorithm: alg, signWith, verifyWith };
};
