import type { Endpoint } from '@latchkey/contract/endpoint';
import { hasPermission } from '../accounts/permissions.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../problem.ts';
import { type Principal, requireUserSession } from './authenticate.ts';

type Needs = { readonly clock: Clock };
type Rules = Pick<Endpoint, 'access' | 'permission' | 'freshSeconds'>;

/** Refuses a principal that may not call an endpoint with these rules. */
export const authorize =
  ({ clock }: Needs) =>
  (principal: Principal, { access, permission, freshSeconds = Number.POSITIVE_INFINITY }: Rules): void => {
    if (access === 'session') requireUserSession(principal);
    if (permission && !hasPermission(principal.user, permission)) {
      throw problem('permission_missing', { permission });
    }
    if (clock().getTime() / 1000 - principal.claims.auth_time > freshSeconds) {
      throw problem('insufficient_user_authentication');
    }
  };
