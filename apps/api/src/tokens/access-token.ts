import { randomUUID } from 'node:crypto';
import { type AccessTokenClaims, accessTokenClaims } from '@latchkey/contract/tokens';
import { type Clock, toNumericDate } from '../clock.ts';
import { createJwtVerifier, type JwtVerdict, signJwt } from './jwt.ts';
import type { SigningKeys } from './signing-keys.ts';

type Needs = {
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly issuer: string;
  readonly audience: string;
  readonly lifeSeconds: number;
  readonly clockToleranceSeconds: number;
};

type Subject = {
  readonly user: { readonly id: string; readonly username: string; readonly role: string };
  readonly session: { readonly id: string; readonly createdAt: Date };
};

/** Access tokens (RFC 9068): short-lived, readable by anyone, changeable by no one. */
export const createAccessTokens = ({ keys, clock, issuer, audience, lifeSeconds, clockToleranceSeconds }: Needs) => {
  const judge = createJwtVerifier({
    type: 'at+jwt',
    keys: keys.all,
    claims: accessTokenClaims,
    issuer,
    audience,
    longestLifeSeconds: lifeSeconds,
    clockToleranceSeconds,
  });
  return {
    lifeSeconds,

    sign({ user, session }: Subject): string {
      const now = toNumericDate(clock());
      const claims: AccessTokenClaims = {
        iss: issuer,
        sub: user.id,
        aud: audience,
        exp: now + lifeSeconds,
        iat: now,
        auth_time: toNumericDate(session.createdAt),
        jti: randomUUID(),
        sid: session.id,
        type: 'access',
        role: user.role,
        username: user.username,
      };
      return signJwt('at+jwt', keys.current, claims);
    },

    verify: (token: string): JwtVerdict<AccessTokenClaims> => judge(token, toNumericDate(clock())),
  };
};

export type AccessTokens = ReturnType<typeof createAccessTokens>;
