import { accessTokenClaims } from '@latchkey/contract/tokens';
import { createJwtVerifier, type FindKey } from './verify-jwt.ts';

export type AccessTokenRules = {
  readonly issuer: string;
  readonly audience: string;
  readonly maxLifeSeconds: number;
  readonly clockToleranceSeconds: number;
};

/** Creates the verifier of access tokens (RFC 9068). */
export const createAccessTokenVerifier = ({ maxLifeSeconds, ...rules }: AccessTokenRules, findKey: FindKey) =>
  createJwtVerifier({
    ...rules,
    type: 'at+jwt',
    claims: accessTokenClaims,
    maxLifeSeconds: () => maxLifeSeconds,
    findKey,
  });
