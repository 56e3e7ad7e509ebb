import type { AccessTokenClaims } from '@latchkey/contract/tokens';
import { Refusal } from './refusal.ts';
import type { TokenLocation } from './token-locations.ts';

/** What a route asks for, besides a token that counts. Named as Flask-JWT-Extended names them. */
export type Switches = {
  /** No token is fine; a bad one is not. Default: false. */
  readonly optional?: boolean;
  /** The password must have been given within so many seconds (`auth_time`). */
  readonly fresh?: number;
  /** The scopes that the token must have, all of them: a list, or one text with spaces. A token from signing in has none. */
  readonly scope?: string | readonly string[];
  /** The role that the user must have; one of them, where it is a list. */
  readonly role?: string | readonly string[];
  /** Where to look for the token, in this order. Default: `'headers'`. */
  readonly locations?: TokenLocation | readonly TokenLocation[];
};

const asList = <Item>(given: Item | readonly Item[] | undefined): readonly Item[] =>
  given === undefined ? [] : Array.isArray(given) ? given : [given as Item];

const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * The switches, ready for use.
 * @throws TypeError where one of them can never be met: better at the start than with the first request
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
 * Holds the claims of a token that counts against what the route asks for. The time, in seconds since 1970, is the earliest
 * that it may be, as clocks differ.
 * @throws Refusal
 */
export const requireClaims = (
  { fresh, scopes, roles }: ReadSwitches,
  { auth_time, scope = '', role }: AccessTokenClaims,
  earliestNowSeconds: number,
): void => {
  const granted = new Set(scope.split(' '));
  if (!scopes.every((word) => granted.has(word))) {
    throw new Refusal('insufficient_scope', 'The access token lacks a scope that is needed here.', {
      scope: scopes.join(' '),
    });
  }
  if (roles.length > 0 && !roles.includes(role)) {
    throw new Refusal('insufficient_scope', 'The role of this user does not allow this.');
  }
  if (fresh !== undefined && auth_time + fresh < earliestNowSeconds) {
    throw new Refusal('insufficient_user_authentication', 'Sign in again: this needs a password given just now.', {
      max_age: String(fresh),
    });
  }
};
