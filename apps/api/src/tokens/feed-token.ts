import { revocationFeedPath } from '@latchkey/contract/well-known';
import { toNumericDate } from '../clock.ts';
import { type JwtKey, signJwtAside } from './jwt.ts';
import { ownAudience } from './own-audience.ts';

/** How long the feed may be trusted. */
const lifeSeconds = 120;

type Revocation = { readonly sessionId: string; readonly before: Date };

/** Signs the revocation feed with the key of the access tokens (docs/decisions/0006). */
export const signFeed = (key: JwtKey, issuer: string, now: Date, revocations: readonly Revocation[]): Promise<string> =>
  signJwtAside('revocations+jwt', key, {
    iss: issuer,
    // A statement of the issuer about itself. Without `sub`, a service might take the bearer for an anonymous user.
    sub: issuer,
    aud: ownAudience(issuer, revocationFeedPath),
    iat: toNumericDate(now),
    exp: toNumericDate(now) + lifeSeconds,
    revoked: revocations.map(({ sessionId, before }) => ({ sid: sessionId, before: toNumericDate(before) })),
  });
