import type { JwtVerdict, TimedClaims } from '@latchkey/contract/jwt';
import * as z from 'zod/mini';
import { type Clock, toNumericDate } from '../clock.ts';
import type { KeyLabel } from './app-secret.ts';
import { derivedKeys } from './derived-keys.ts';
import { createJwtVerifier, signJwt } from './jwt.ts';
import { ownAudience } from './own-audience.ts';

/** The claims that every kind has, as part of its schema. */
export const timedClaims = { iss: z.string(), aud: z.string(), iat: z.int(), exp: z.int() };

export type OwnTokenNeeds = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly appSecrets: readonly [string, ...string[]];
  readonly clockToleranceSeconds: number;
};

type Kind<Claims extends TimedClaims> = {
  /** The `typ` header. */
  readonly type: string;
  readonly label: KeyLabel;
  /** The endpoint that accepts the token, which is its audience. */
  readonly path: `/api/${string}`;
  readonly claims: z.ZodMiniType<Claims>;
  readonly maxLifeSeconds: number;
};

/** Signs and verifies one kind of token that only Latchkey reads: HS256 with a derived key and an audience of its own. */
export const createOwnTokens = <Claims extends TimedClaims>(
  { clock, issuer, appSecrets, clockToleranceSeconds }: OwnTokenNeeds,
  { type, label, path, claims, maxLifeSeconds }: Kind<Claims>,
) => {
  const { current, find } = derivedKeys(appSecrets, label);
  const audience = ownAudience(issuer, path);
  const judge = createJwtVerifier({
    type,
    findKey: find,
    claims,
    issuer,
    audience,
    maxLifeSeconds: () => maxLifeSeconds,
    clockToleranceSeconds,
  });
  return {
    /** Signs the same token, to the letter, for the same arguments. */
    sign(issuedAt: Date, expiresAt: Date, claims: Omit<Claims, keyof TimedClaims>): string {
      const times = { iat: toNumericDate(issuedAt), exp: toNumericDate(expiresAt) };
      return signJwt(type, current, { iss: issuer, aud: audience, ...times, ...claims });
    },

    verify: (token: string): JwtVerdict<Claims> => judge(token, toNumericDate(clock())),
  };
};
