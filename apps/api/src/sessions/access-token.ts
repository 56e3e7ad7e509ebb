import { randomUUID } from 'node:crypto';
import { id } from '@latchkey/contract/id';
import type { JwtVerdict } from '@latchkey/contract/jwt';
import { type AccessTokenClaims, accessTokenClaims, maxApiTokenSeconds } from '@latchkey/contract/tokens';
import * as z from 'zod/mini';
import { type Clock, toNumericDate } from '../clock.ts';
import { createJwtVerifier, signJwtAside } from '../keys/jwt.ts';
import { isOwnAudience } from '../keys/own-audience.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { Session } from './session-store.ts';

type Needs = {
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly issuer: string;
  readonly audience: string;
  readonly lifeSeconds: number;
  readonly clockToleranceSeconds: number;
};

type User = { readonly id: string; readonly username: string; readonly role: string };

type Subject = {
  readonly user: User;
  readonly session: Pick<Session, 'id' | 'authenticatedAt' | 'expiresAt'> &
    Partial<Pick<Session, 'audience' | 'scope' | 'appId'>>;
};

type ApiToken = Pick<Session, 'id' | 'createdAt' | 'authenticatedAt' | 'expiresAt' | 'audience' | 'scope'>;

/** RFC 9068 §2.2 requires a client: the app, or Latchkey itself. */
const ownClientId = 'latchkey';

/** The contract allows any subject; here every id is a primary key. */
const ownClaims = z.extend(accessTokenClaims, { sub: id, sid: id, jti: id });

/** About 10 MB of tokens. */
const maxVerified = 5_000;

/** The end of the signature identifies a token, and its lookup takes a quarter of the time of a whole token's. */
const endOf = (token: string): string => token.slice(-43);

/** Signs and verifies access tokens (RFC 9068). */
export const createAccessTokens = ({ keys, clock, issuer, audience, lifeSeconds, clockToleranceSeconds }: Needs) => {
  const verifyJwt = createJwtVerifier({
    type: 'at+jwt',
    findKey: keys.find,
    claims: ownClaims,
    issuer,
    // An API token is its own session, and may live longer.
    maxLifeSeconds: ({ jti, sid }: AccessTokenClaims) => (jti === sid ? maxApiTokenSeconds : lifeSeconds),
    clockToleranceSeconds,
    audience: undefined,
  });

  // Caches verified signatures, never whether the session is still live.
  const verified = new Map<string, { readonly token: string; readonly claims: AccessTokenClaims }>();
  let verifiedUnder = keys.version();
  const forgetAfterKeyChange = (): void => {
    if (verifiedUnder === keys.version()) return;
    verified.clear();
    verifiedUnder = keys.version();
  };
  const remember = (token: string, claims: AccessTokenClaims): void => {
    const [oldest] = verified.keys();
    if (verified.size >= maxVerified && oldest !== undefined) verified.delete(oldest);
    verified.set(endOf(token), { token, claims });
  };

  const verifyForAnyone = (token: string): JwtVerdict<AccessTokenClaims> => {
    forgetAfterKeyChange();
    const now = toNumericDate(clock());
    const known = verified.get(endOf(token));
    if (known?.token === token && known.claims.exp + clockToleranceSeconds > now) {
      return { status: 'valid', claims: known.claims };
    }
    const verdict = verifyJwt(token, now);
    if (verdict.status === 'valid') remember(token, verdict.claims);
    return verdict;
  };

  const sign = (
    user: User,
    session: Pick<Session, 'id' | 'authenticatedAt'> & { readonly appId?: string | null },
    claims: Pick<AccessTokenClaims, 'aud' | 'exp' | 'iat' | 'jti' | 'scope'>,
  ): Promise<string> =>
    signJwtAside('at+jwt', keys.current(), {
      iss: issuer,
      type: 'access',
      sub: user.id,
      username: user.username,
      role: user.role,
      sid: session.id,
      auth_time: toNumericDate(session.authenticatedAt),
      client_id: session.appId ?? ownClientId,
      ...claims,
    });

  /** A service sees only the token, so a token must not outlive its session. */
  const secondsOf = ({ expiresAt }: Pick<Session, 'expiresAt'>, signedAt: Date): number =>
    Math.max(0, Math.min(lifeSeconds, toNumericDate(expiresAt) - toNumericDate(signedAt)));

  return {
    /** The lifetime of a token signed for this session at this time. */
    secondsOf,
    audience,
    /** Whether this audience belongs to another kind of token, so that an access token cannot have it. */
    isReserved: (audience: string): boolean => isOwnAudience(issuer, audience),

    /**
     * Signs the access token of a user session, or of an app's.
     * @param signedAt its `iat`: no later than the time at which the user's role was read
     */
    sign({ user, session }: Subject, signedAt: Date): Promise<string> {
      const iat = toNumericDate(signedAt);
      return sign(user, session, {
        aud: session.audience ?? audience,
        exp: iat + secondsOf(session, signedAt),
        iat,
        jti: randomUUID(),
        ...(session.scope && { scope: session.scope }),
      });
    },

    /** Signs an API token. `authenticatedAt` is when its issuer signed in. */
    signApiToken: (session: ApiToken, user: User): Promise<string> =>
      sign(user, session, {
        aud: session.audience ?? audience,
        exp: toNumericDate(session.expiresAt),
        iat: toNumericDate(session.createdAt),
        jti: session.id,
        ...(session.scope !== null && { scope: session.scope }),
      }),

    /** Verifies a token that is presented to Latchkey. */
    verify(token: string): JwtVerdict<AccessTokenClaims> {
      const verdict = verifyForAnyone(token);
      return verdict.status === 'invalid' || verdict.claims.aud === audience ? verdict : { status: 'invalid' };
    },

    /** Verifies a token of any audience: to describe it, to revoke it, or for a caller that checks the audience. */
    verifyForAnyone,
  };
};

export type AccessTokens = ReturnType<typeof createAccessTokens>;
