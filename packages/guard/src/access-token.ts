import { type AccessTokenClaims, accessTokenClaims } from '@latchkey/contract/tokens';
import * as z from 'zod/mini';
import { createJwtOpener, type FindKey } from './open-jwt.ts';

export type AccessTokenRules = {
  readonly issuer: string;
  readonly audience: string;
  readonly maxLifeSeconds: number;
  readonly clockToleranceSeconds: number;
};

/**
 * `expired` tokens are valid in every other respect, so their claims can be trusted, too. `unreachable`: the key is unknown, and
 * the issuer did not answer.
 */
export type AccessTokenVerdict =
  | { readonly status: 'valid' | 'expired'; readonly claims: AccessTokenClaims }
  | { readonly status: 'invalid' }
  | { readonly status: 'unreachable' };

const maxTokenLength = 4096;
const invalid = { status: 'invalid' } as const;

/**
 * Creates the verifier of access tokens (RFC 9068), as strict as RFC 8725 asks. It throws for no token.
 * Its second argument is the time in seconds since 1970.
 */
export const createAccessTokenVerifier = (rules: AccessTokenRules, findKey: FindKey) => {
  const open = createJwtOpener({ type: 'at+jwt', maxLength: maxTokenLength, findKey });

  return async (token: string, nowSeconds: number): Promise<AccessTokenVerdict> => {
    const opened = await open(token);
    if (opened.status !== 'opened') return { status: opened.status };
    const parsed = z.safeParse(accessTokenClaims, opened.payload);
    if (!parsed.success) return invalid;
    const claims = parsed.data;
    if (claims.iss !== rules.issuer || claims.aud !== rules.audience) return invalid;
    if (claims.iat > nowSeconds + rules.clockToleranceSeconds) return invalid;
    if (claims.exp - claims.iat > rules.maxLifeSeconds) return invalid;
    return { status: claims.exp + rules.clockToleranceSeconds > nowSeconds ? 'valid' : 'expired', claims };
  };
};
