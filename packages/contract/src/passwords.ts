import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { fault } from './field-errors.ts';
import { rates } from './limits.ts';
import { linkToken } from './link-token.ts';
import { line, pastedLine, rawLine } from './text.ts';

/**
 * A new password: 8 to 256 characters, no composition rules (NIST SP 800-63B-4 §3.1.1.2). `packages/password-policy` refuses
 * common passwords and those like the user name. NFKC, so that every keyboard gives the same text.
 */
export const newPassword = line(8, 256).check(
  z.normalize('NFKC'),
  // Again: NFKC may have merged two half-width characters into one.
  z.refine((text) => [...text].length >= 8, fault({ code: 'too_short', min: 8 })),
  z.meta({ 'x-secret': true, format: 'password' }),
);

/** A password to compare: anything that could have been set at any time. As typed: another system may have hashed it so. */
export const presentedPassword = rawLine(1, 256).check(z.meta({ 'x-secret': true, format: 'password' }));

/**
 * The password of a signed-in user who changes something important. An account without a password sends none, and must have signed in
 * within `confirmedSeconds`.
 */
export const confirmingPassword = z.optional(presentedPassword);
export const confirmedSeconds = 10 * 60;

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/passwords/change',
  summary: 'Change your password, or set the first one; ends all your other sessions and renews this one in a browser',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['password:session'],
  body: z.strictObject({ currentPassword: confirmingPassword, newPassword }).check(
    z.refine(({ currentPassword, newPassword }) => newPassword !== currentPassword?.normalize('NFKC'), {
      ...fault({ code: 'not_allowed', allowed: [] }),
      path: ['newPassword'],
    }),
  ),
  example: { currentPassword: 'seven purple kettles', newPassword: 'eight violet teapots' },
  status: 204,
  problems: ['wrong_password', 'insufficient_user_authentication', 'origin_not_allowed'],
});

export const forgotPassword = endpoint({
  method: 'POST',
  path: '/api/passwords/forgot',
  summary:
    'Send a link for a new password to the verified address of an account; the answer never tells whether there is one',
  access: 'public',
  rate: rates.signingIn,
  guessLimits: ['password-resets:ip', 'password-resets:login'],
  body: z.strictObject({ login: pastedLine(1, 254) }),
  status: 202,
  problems: ['mail_not_configured'],
});

export const resetPassword = endpoint({
  method: 'POST',
  path: '/api/passwords/reset',
  summary: 'Set a new password with the token of the link; ends every session and API token',
  access: 'public',
  rate: rates.signingIn,
  body: z.strictObject({ token: linkToken, newPassword }),
  status: 204,
  problems: ['token_spent'],
});
