import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';
import { line } from './text.ts';

/**
 * A password that is to be set: 8 to 256 characters, no composition rules (NIST SP 800-63B-4 §3.1.1.2). Whether it is
 * common or like the user name is judged by `packages/password-policy`. NFKC, so that every keyboard gives the same.
 */
export const newPassword = line('Password', 8, 256).check(
  z.normalize('NFKC'),
  // Once more: two characters of a half-width keyboard may have become one.
  z.refine((text) => [...text].length >= 8, 'Password needs at least 8 characters.'),
  z.meta({ 'x-secret': true, format: 'password' }),
);

/** A password that is to be compared: anything that could once have been set. */
export const presentedPassword = line('Password', 1, 256).check(
  z.normalize('NFKC'),
  z.meta({ 'x-secret': true, format: 'password' }),
);

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/passwords/change',
  summary: 'Change your password; ends all your other sessions, and in a browser renews this one',
  access: 'session',
  rate: rates.rarely,
  guessLimits: ['guesses in a session'],
  body: z.strictObject({ currentPassword: presentedPassword, newPassword }),
  status: 204,
  problems: ['wrong_password', 'origin_not_allowed'],
});
