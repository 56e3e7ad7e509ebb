import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import type { Request, RequestHandler } from 'express';
import { createAccessTokenVerifier } from './access-token.ts';
import { type GuardOptions, readOptions } from './guard-options.ts';
import { createPublicKeys, createSecretKeys } from './issuer-keys.ts';
import { createIssuerMetadata } from './issuer-metadata.ts';
import { Problem, sendProblem } from './problem.ts';
import { followRevocations } from './revocation-feed.ts';
import { type ReadSwitches, readSwitches, requireClaims, type Switches } from './switches.ts';
import { findToken } from './token-locations.ts';

export type { AccessTokenClaims, GuardOptions, Switches };

declare global {
  namespace Express {
    interface Request {
      /** The claims of the access token. Set by `requireAuth`; absent if that is `optional` and the request has no token. */
      auth?: AccessTokenClaims;
    }
  }
}

export type Guard = {
  /** Creates the middleware of a route. See `Switches`. */
  readonly requireAuth: (switches?: Switches) => RequestHandler;
  /** The age of the revocation feed in seconds; Infinity before the first answer. */
  readonly staleSeconds: () => number;
  /** Ends every connection and timer. Optional at the end of the process, which they do not keep alive. */
  readonly close: () => void;
};

/**
 * Protects the routes of a service with Latchkey's access tokens. Verifies them offline, with the keys of the issuer's JWKS, and
 * follows its revocation feed until `close`. One guard serves all routes.
 * @throws TypeError for an invalid option
 */
export const createGuard = (options: GuardOptions): Guard => {
  const { issuer, audience, reachAt, secret, onFault, clock, timers, whenStale, ...bounds } = readOptions(options);
  const closing = new AbortController();
  const { signal } = closing;
  const nowSeconds = (): number => Math.floor(clock().getTime() / 1000);
  const metadata = createIssuerMetadata({ issuer, reachAt, signal });
  const keys = secret === undefined ? createPublicKeys(metadata, timers, signal) : createSecretKeys(secret);
  const rules = { issuer, audience, ...bounds };
  const verify = createAccessTokenVerifier(rules, keys.find);
  const feed = followRevocations({ ...rules, metadata, keys, nowSeconds, timers, onFault, signal });

  const claimsOf = async (request: Request, switches: ReadSwitches): Promise<AccessTokenClaims | undefined> => {
    const token = findToken(request, switches.locations);
    if (token === undefined) {
      if (switches.optional) return undefined;
      throw new Problem('token_missing', 'Send an access token.');
    }
    const verdict = await verify(token, nowSeconds());
    if (verdict.status === 'invalid')
      throw new Problem('token_invalid', 'This is not an access token for this service.');
    if (verdict.status === 'expired') throw new Problem('token_expired', 'The access token has expired; refresh it.');
    if (verdict.status === 'unreachable') {
      throw new Problem('unavailable', 'The keys of the issuer are unavailable. Try again.');
    }
    await feed.firstRound;
    if (feed.isRevoked(verdict.claims)) throw new Problem('token_revoked', 'The access token was revoked.');
    if (whenStale === 'refuse' && feed.isStale()) {
      throw new Problem('unavailable', 'The revocation feed of the issuer is unavailable. Try again.');
    }
    requireClaims(switches, verdict.claims, nowSeconds() - bounds.clockToleranceSeconds);
    return verdict.claims;
  };

  return {
    requireAuth: (options = {}) => {
      const switches = readSwitches(options);
      return async (request, response, next) => {
        try {
          const claims = await claimsOf(request, switches);
          if (claims) request.auth = claims;
        } catch (error) {
          return error instanceof Problem ? sendProblem(response, error, audience) : next(error);
        }
        next();
      };
    },
    staleSeconds: feed.staleSeconds,
    close: () => closing.abort(),
  };
};

/**
 * A middleware for one route or a whole app: `app.use(requireAuth({ issuer, audience }))`. Each call follows the issuer
 * separately; for routes with different requirements, share one `createGuard`.
 */
export const requireAuth = (options: GuardOptions & Switches): RequestHandler & Pick<Guard, 'close'> => {
  const { requireAuth, close } = createGuard(options);
  return Object.assign(requireAuth(options), { close });
};

/**
 * The claims of the request's access token, in a route that requires one.
 * @throws Error if the route does not require one: a bug of the service, not of the caller
 */
export const getClaims = ({ auth }: Request): AccessTokenClaims => {
  if (!auth) throw new Error('this route is not behind requireAuth');
  return auth;
};
