import * as z from 'zod/mini';
import type { ProblemCode } from './problems.ts';

/** The body of every failure of an OAuth endpoint, `application/json` (RFC 6749 §5.2). */
export const oauthErrorBody = z.object({ error: z.string(), error_description: z.string() });
export type OAuthErrorBody = z.output<typeof oauthErrorBody>;

type OAuthError = { readonly status: number; readonly error: string };

const invalidToken = { status: 401, error: 'invalid_token' };

/** Every other problem of a request is 400 `invalid_request`. */
const special: { readonly [Code in ProblemCode]?: OAuthError } = {
  invalid_client: { status: 401, error: 'invalid_client' },
  invalid_grant: { status: 400, error: 'invalid_grant' },
  unsupported_grant_type: { status: 400, error: 'unsupported_grant_type' },
  unauthorized_client: { status: 400, error: 'unauthorized_client' },
  invalid_scope: { status: 400, error: 'invalid_scope' },
  authorization_pending: { status: 400, error: 'authorization_pending' },
  slow_down: { status: 400, error: 'slow_down' },
  access_denied: { status: 400, error: 'access_denied' },
  expired_token: { status: 400, error: 'expired_token' },
  // A refresh token that is no longer accepted.
  refresh_invalid: { status: 400, error: 'invalid_grant' },
  refresh_reused: { status: 400, error: 'invalid_grant' },
  session_ended: { status: 400, error: 'invalid_grant' },
  // RFC 6750 §3.1
  insufficient_scope: { status: 403, error: 'insufficient_scope' },
  // RFC 6749 §5.2: also where "no client authentication" is included.
  token_missing: { status: 401, error: 'invalid_client' },
  // RFC 6750 §3.1
  token_invalid: invalidToken,
  token_expired: invalidToken,
  token_revoked: invalidToken,
  // RFC 7662 §2.3 asks for 401 here; elsewhere it is 403.
  permission_missing: { status: 401, error: 'insufficient_scope' },
  method_not_allowed: { status: 405, error: 'invalid_request' },
  // RFC 6749 §4.1.2.1 has the names; RFC 7009 §2.2.1 the status 503.
  too_many_attempts: { status: 429, error: 'temporarily_unavailable' },
  unavailable: { status: 503, error: 'temporarily_unavailable' },
  internal_error: { status: 500, error: 'server_error' },
};

/** The OAuth error that corresponds to a problem code. */
export const oauthErrorOf = (code: ProblemCode): OAuthError =>
  special[code] ?? { status: 400, error: 'invalid_request' };
