import { id } from '@latchkey/contract/id';
import { refresh } from '@latchkey/contract/sessions';
import * as z from 'zod/mini';
import { addSeconds, type Clock, toNumericDate } from '../clock.ts';
import { derivedKeys } from '../keys/derived-keys.ts';
import { createJwtVerifier, type JwtVerdict, signJwt } from '../keys/jwt.ts';
import { ownAudience } from '../keys/own-audience.ts';

const refreshTokenClaims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  type: z.literal('refresh'),
  sid: id,
  // As large as the column.
  generation: z.int().check(z.minimum(1), z.maximum(2_147_483_647)),
});
export type RefreshTokenClaims = z.output<typeof refreshTokenClaims>;

/** The columns of a session that its refresh token is computed from. */
type SessionState = {
  readonly id: string;
  readonly generation: number;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
};

type Needs = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly appSecrets: readonly [string, ...string[]];
  /** How long a session may lie unused. */
  readonly idleSeconds: number;
  /** The absolute life of a session; no refresh token outlives it. */
  readonly sessionSeconds: number;
  readonly clockToleranceSeconds: number;
};

/** Refresh tokens: only Latchkey reads them, so they are HS256 under a key of their own. */
export const createRefreshTokens = ({
  clock,
  issuer,
  appSecrets,
  idleSeconds,
  sessionSeconds,
  clockToleranceSeconds,
}: Needs) => {
  const { current, find } = derivedKeys(appSecrets, 'refresh-token');
  const audience = ownAudience(issuer, refresh.path);

  const judge = createJwtVerifier({
    type: 'rt+jwt',
    findKey: find,
    claims: refreshTokenClaims,
    issuer,
    audience,
    maxLifeSeconds: () => sessionSeconds,
    clockToleranceSeconds,
  });

  /** The moment from which this session can no longer be refreshed. */
  const deadlineOf = ({ refreshedAt, expiresAt }: Pick<SessionState, 'refreshedAt' | 'expiresAt'>): Date => {
    const idleDeadline = addSeconds(refreshedAt, idleSeconds);
    return idleDeadline < expiresAt ? idleDeadline : expiresAt;
  };

  return {
    idleSeconds,
    deadlineOf,

    /** The same state gives the same token to the letter, so nothing of it needs to be stored. */
    sign(session: SessionState): string {
      const claims: RefreshTokenClaims = {
        iss: issuer,
        aud: audience,
        iat: toNumericDate(session.refreshedAt),
        exp: toNumericDate(deadlineOf(session)),
        type: 'refresh',
        sid: session.id,
        generation: session.generation,
      };
      return signJwt('rt+jwt', current, claims);
    },

    verify: (token: string): JwtVerdict<RefreshTokenClaims> => judge(token, toNumericDate(clock())),
  };
};

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;
