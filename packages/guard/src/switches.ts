import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import { Problem } from './problem.ts';
import type { TokenLocation } from './token-locations.ts';

/** What a route requires of a valid token. The names are those of Flask-JWT-Extended. */
export type Switches = {
  /** Accepts requests without a token, but refuses invalid tokens. Default: false. */
  readonly optional?: boolean;
  /** The user must have authenticated within this many seconds (`auth_time`). */
  readonly fresh?: number;
  /** The token must have all of these scopes: a list, or a string with spaces. A token from a sign-in has none. */
  readonly scope?: string | readonly string[];
  /** The user must have this role, or one of these. */
  readonly role?: string | readonly string[];
  /** Where to find the token, in this order. Default: `'headers'`. */
  readonly locations?: TokenLocation | readonly TokenLocation[];
};

const asList = <Item>(value: Item | readonly Item[] | undefined): readonly Item[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Item];

const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Validates the switches and adds the defaults.
 * @throws TypeError for a switch that no token can satisfy, at the start of the service
 */
export const readSwitches = ({ optional = false, fresh, scope, role, locations = 'headers' }: Switches) => {
  const scopes = asList(scope).flatMap((words) => words.split(' '));
  const roles = asList(role);
  const places = asList(locations);
  if (fresh !== undefined && !(fresh > 0)) throw new TypeError('fresh: a number of seconds above 0');
  if (!scopes.every((word) => scopeToken.test(word))) throw new TypeError('scope: words of RFC 6749 §3.3');
  if (role !== undefined && (roles.length === 0 || roles.includes(''))) throw new TypeError('role: at least one name');
  if (places.length === 0) throw new TypeError('locations: at least one');
  return { optional, fresh, scopes, roles, locations: places };
};
export type ReadSwitches = ReturnType<typeof readSwitches>;

/**
 * Checks the claims of a valid token against the switches of a route. `earliestNowSeconds`, in seconds since 1970, is the current
 * time minus the clock tolerance.
 * @throws Problem
 */
export const requireClaims = (
  { fresh, scopes, roles }: ReadSwitches,
  { auth_time, scope = '', role }: AccessTokenClaims,
  earliestNowSeconds: number,
): void => {
  const granted = new Set(scope.split(' '));
  if (!scopes.every((word) => granted.has(word))) {
    throw new Problem('insufficient_scope', 'The access token lacks a required scope.', {
      parameters: { scope: scopes.join(' ') },
    });
  }
  if (roles.length > 0 && !roles.includes(role)) {
    throw new Problem('insufficient_scope', 'The role of the user does not allow this.');
  }
  if (fresh !== undefined && auth_time + fresh < earliestNowSeconds) {
    throw new Problem('insufficient_user_authentication', 'Sign in again: this requires a recent sign-in.', {
      parameters: { max_age: String(fresh) },
    });
  }
};
