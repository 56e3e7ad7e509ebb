import { randomUUID } from 'node:crypto';
import { id } from '@latchkey/contract/id';
import { type AccessTokenClaims, accessTokenClaims, maxApiTokenSeconds } from '@latchkey/contract/tokens';
import * as z from 'zod/mini';
import { type Clock, toNumericDate } from '../clock.ts';
import { createJwtVerifier, type JwtVerdict, signJwtAside } from '../keys/jwt.ts';
import { isOwnAudience } from '../keys/own-audience.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';

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
  readonly session: { readonly id: string; readonly authenticatedAt: Date; readonly expiresAt: Date };
};

type ApiTokenSession = {
  readonly id: string;
  readonly createdAt: Date;
  readonly authenticatedAt: Date;
  readonly expiresAt: Date;
  readonly audience: string | null;
  readonly scope: string | null;
};

/** RFC 9068 §2.2 requires a client. Until apps can be registered, the only one is Latchkey itself. */
const clientId = 'latchkey';

/** Services may use any subject; here every id is a key of a row. */
const ownClaims = z.extend(accessTokenClaims, { sub: id, sid: id, jti: id });

/** About 10 MB of tokens at the most. */
const maxRemembered = 5_000;

/** The end of a signature tells tokens apart, and is looked up in a quarter of the time that a whole token takes. */
const endOf = (token: string): string => token.slice(-43);

/** Access tokens (RFC 9068): readable by anyone, changeable by no one. */
export const createAccessTokens = ({ keys, clock, issuer, audience, lifeSeconds, clockToleranceSeconds }: Needs) => {
  const judge = createJwtVerifier({
    type: 'at+jwt',
    findKey: keys.find,
    claims: ownClaims,
    issuer,
    // A token that was made for a service names itself as its session, and may live long.
    maxLifeSeconds: ({ jti, sid }: AccessTokenClaims) => (jti === sid ? maxApiTokenSeconds : lifeSeconds),
    clockToleranceSeconds,
    audience: undefined,
  });

  // So that a token's signature is checked once. Whether its session still lives is not in here.
  const remembered = new Map<string, { readonly token: string; readonly claims: AccessTokenClaims }>();
  let rememberedUnder = keys.version();
  const forgetUnderOtherKeys = (): void => {
    if (rememberedUnder === keys.version()) return;
    remembered.clear();
    rememberedUnder = keys.version();
  };
  const remember = (token: string, claims: AccessTokenClaims): void => {
    const [oldest] = remembered.keys();
    if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest);
    remembered.set(endOf(token), { token, claims });
  };

  const verifyForAnyone = (token: string): JwtVerdict<AccessTokenClaims> => {
    forgetUnderOtherKeys();
    const now = toNumericDate(clock());
    const known = remembered.get(endOf(token));
    if (known?.token === token && known.claims.exp + clockToleranceSeconds > now) {
      return { status: 'valid', claims: known.claims };
    }
    const verdict = judge(token, now);
    if (verdict.status === 'valid') remember(token, verdict.claims);
    return verdict;
  };

  const sign = (claims: Omit<AccessTokenClaims, 'iss' | 'type' | 'client_id'>): Promise<string> =>
    signJwtAside('at+jwt', keys.current(), { iss: issuer, type: 'access', ...claims, client_id: clientId });

  /** Services judge by the token alone, so none outlives its session. */
  const secondsOf = ({ expiresAt }: Pick<Subject['session'], 'expiresAt'>, signedAt: Date): number =>
    Math.max(0, Math.min(lifeSeconds, toNumericDate(expiresAt) - toNumericDate(signedAt)));

  return {
    /** How long a token lives that is signed for this session at this time. */
    secondsOf,
    audience,
    /** Whether a token of another kind has this audience, so that an access token cannot. */
    isReserved: (wanted: string): boolean => isOwnAudience(issuer, wanted),

    /**
     * The token of somebody who signed in.
     * @param signedAt its `iat`: no later than the time at which the user's role was read
     */
    sign({ user, session }: Subject, signedAt: Date): Promise<string> {
      const now = toNumericDate(signedAt);
      return sign({
        sub: user.id,
        aud: audience,
        exp: now + secondsOf(session, signedAt),
        iat: now,
        auth_time: toNumericDate(session.authenticatedAt),
        jti: randomUUID(),
        sid: session.id,
        role: user.role,
        username: user.username,
      });
    },

    /** An API token; `authenticatedAt` is when the user who issued it had signed in. */
    signApiToken(
      { id, createdAt, authenticatedAt, expiresAt, ...named }: ApiTokenSession,
      user: Subject['user'],
    ): Promise<string> {
      return sign({
        sub: user.id,
        aud: named.audience ?? audience,
        exp: toNumericDate(expiresAt),
        iat: toNumericDate(createdAt),
        auth_time: toNumericDate(authenticatedAt),
        jti: id,
        sid: id,
        role: user.role,
        ...(named.scope !== null && { scope: named.scope }),
        username: user.username,
      });
    },

    /** Verifies a token that is presented to Latchkey itself. */
    verify(token: string): JwtVerdict<AccessTokenClaims> {
      const verdict = verifyForAnyone(token);
      return verdict.status === 'invalid' || verdict.claims.aud === audience ? verdict : { status: 'invalid' };
    },

    /** Verifies a token of any audience: to describe it, to revoke it, or for a caller that checks the audience. */
    verifyForAnyone,
  };
};

export type AccessTokens = ReturnType<typeof createAccessTokens>;
