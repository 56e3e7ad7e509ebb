import * as z from 'zod/mini';
import { fieldError } from './field-errors.ts';

/**
 * Every failure that Latchkey can answer with. Status and title belong to the code, never to the place that throws.
 * Source of the shape: RFC 9457 (problem details); of the token codes' meaning: RFC 6750 §3.1, RFC 9470 §3.
 */
export const problems = {
  malformed_request: { status: 400, title: 'The request is not valid HTTP' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  token_missing: { status: 401, title: 'Access token missing' },
  token_invalid: { status: 401, title: 'The access token is not valid' },
  token_expired: { status: 401, title: 'The access token has expired' },
  token_revoked: { status: 401, title: 'The access token was revoked' },
  insufficient_user_authentication: { status: 401, title: 'Re-authentication required' },
  // RFC 6749 §5.2, for apps.
  invalid_client: { status: 401, title: 'Client authentication failed' },
  invalid_grant: { status: 400, title: 'The code or refresh token is not valid' },
  unauthorized_client: { status: 400, title: 'The app may not use this grant' },
  invalid_scope: { status: 400, title: 'The app does not have this scope' },
  // RFC 8628 §3.5
  authorization_pending: { status: 400, title: 'The user has not decided yet' },
  slow_down: { status: 400, title: 'Polled too often' },
  access_denied: { status: 400, title: 'The user refused' },
  expired_token: { status: 400, title: 'The device code has expired' },
  unsupported_grant_type: { status: 400, title: 'Unsupported grant type' },
  invalid_authorization_request: { status: 400, title: 'The app sent an invalid request' },
  invalid_credentials: { status: 401, title: 'Invalid credentials' },
  refresh_invalid: { status: 401, title: 'The refresh token is not valid' },
  refresh_reused: { status: 401, title: 'The refresh token was used before' },
  session_ended: { status: 401, title: 'The session has ended' },
  account_disabled: { status: 403, title: 'The account is disabled' },
  account_closed: { status: 403, title: 'The account is closed' },
  registration_closed: { status: 403, title: 'Registration is closed' },
  mail_not_configured: { status: 403, title: 'E-mail is not configured' },
  session_required: { status: 403, title: 'User session required' },
  permission_missing: { status: 403, title: 'Permission denied' },
  insufficient_scope: { status: 403, title: 'Insufficient scope' },
  wrong_password: { status: 403, title: 'The password is wrong' },
  wrong_code: { status: 403, title: 'The code is wrong' },
  provider_refused: { status: 403, title: 'The provider did not confirm the sign-in' },
  email_not_verified: { status: 403, title: 'E-mail address not verified' },
  origin_not_allowed: { status: 403, title: 'Origin not allowed' },
  user_not_found: { status: 404, title: 'User not found' },
  not_found: { status: 404, title: 'Not found' },
  device_code_unknown: { status: 404, title: 'Unknown device code' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'Request timeout' },
  last_admin: { status: 409, title: 'Cannot remove the last admin' },
  last_sign_in_method: { status: 409, title: 'Cannot remove the only way to sign in' },
  identity_taken: { status: 409, title: 'The identity belongs to another account' },
  username_taken: { status: 409, title: 'The user name is taken' },
  token_spent: { status: 410, title: 'The link has expired or was used' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body has an unsupported content type' },
  expectation_failed: { status: 417, title: 'Unsupported expectation' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Internal error' },
  provider_unavailable: { status: 503, title: 'The provider cannot be reached' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** The `type` of a problem with this code. */
export const problemType = (code: ProblemCode): string => `urn:latchkey:problem:${code}`;

/**
 * The body of every failure, `application/problem+json`. `values`: those of the text in `problem-texts.ts`. An app may be older
 * than the API, so it reads codes that it does not know.
 */
export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.custom<ProblemCode>((code) => typeof code === 'string'),
  requestId: z.string(),
  values: z.optional(z.record(z.string(), z.union([z.string(), z.boolean()]))),
  errors: z.optional(z.array(fieldError)),
});
export type ProblemBody = z.output<typeof problemBody>;
