import * as z from 'zod/mini';
import { email } from './email.ts';
import { endpoint } from './endpoint.ts';
import { fault } from './field-errors.ts';
import { rates } from './limits.ts';
import { linkToken } from './link-token.ts';
import { confirmingPassword } from './passwords.ts';
import { user } from './user.ts';

/** The code of a verification message: six ASCII digits. Spaces from copying are ignored. */
const verificationCode = z.string().check(
  z.overwrite((text) => text.replaceAll(/[ \u00a0]/g, '')),
  z.regex(/^[0-9]{6}$/),
);

export const changeEmail = endpoint({
  method: 'POST',
  path: '/api/emails/change',
  summary:
    'Change your e-mail address: sends a message to the new one; a verified address stays until the new one is verified',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['password:session', 'email-changes:account'],
  body: z.strictObject({ email, password: confirmingPassword }),
  status: 202,
  problems: ['wrong_password', 'insufficient_user_authentication', 'mail_not_configured'],
});

export const sendVerification = endpoint({
  method: 'POST',
  path: '/api/emails/send-verification',
  summary: 'Send the verification message again',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['verifications:account'],
  status: 202,
  problems: ['mail_not_configured'],
});

export const verifyEmail = endpoint({
  method: 'POST',
  path: '/api/emails/verify',
  summary: 'Verify an e-mail address with the token of the link, or, signed in, with the six-digit code',
  access: 'public',
  readsToken: true,
  rate: rates.changing,
  body: z
    .strictObject({ token: z.optional(linkToken), code: z.optional(verificationCode) })
    .check(z.refine(({ token, code }) => (token === undefined) !== (code === undefined), fault({ code: 'missing' }))),
  status: 200,
  response: user,
  problems: [
    'token_spent',
    'wrong_code',
    'token_missing',
    'token_invalid',
    'token_expired',
    'token_revoked',
    'session_required',
  ],
});

export const undoEmailChange = endpoint({
  method: 'POST',
  path: '/api/emails/undo-change',
  summary:
    'Undo a change of the e-mail address or the password with the token of the notice; ends every session and API token',
  access: 'public',
  rate: rates.changing,
  body: z.strictObject({ token: linkToken }),
  status: 204,
  problems: ['token_spent'],
});
