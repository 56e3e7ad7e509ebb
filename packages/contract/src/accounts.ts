import * as z from 'zod/mini';
import { email } from './email.ts';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';
import { metadata } from './metadata.ts';
import { confirmingPassword, newPassword } from './passwords.ts';
import { delivery, signedIn } from './sessions.ts';
import { name, withoutPastedNoise } from './text.ts';
import { user } from './user.ts';

/**
 * ASCII only, so that no two names look alike (docs/decisions/0004). NFKC first folds full-width and other compatibility
 * forms. A user name has no `@`, so it is never mistaken for an e-mail address.
 */
export const username = z
  .string()
  .check(
    z.overwrite(withoutPastedNoise),
    z.normalize('NFKC'),
    z.trim(),
    z.minLength(3),
    z.maxLength(32),
    z.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/),
  );

const displayName = name(80);

export const register = endpoint({
  method: 'POST',
  path: '/api/accounts/register',
  summary: 'Create an account and sign in',
  access: 'public',
  rate: rates.registering,
  body: z.strictObject({
    username,
    password: newPassword,
    email: z.optional(email),
    displayName: z.optional(displayName),
    delivery,
  }),
  example: { username: 'grace', password: 'seven purple kettles' },
  status: 201,
  response: signedIn,
  problems: ['username_taken', 'registration_closed', 'origin_not_allowed'],
});

export const me = endpoint({
  method: 'GET',
  path: '/api/accounts/me',
  summary: 'Get your account',
  access: 'token',
  rate: rates.reading,
  status: 200,
  response: user,
  problems: [],
});

export const updateMe = endpoint({
  method: 'PATCH',
  path: '/api/accounts/me',
  summary: 'Update your account: omitted fields stay, null clears, metadata is replaced',
  access: 'session',
  rate: rates.changing,
  guessLimits: ['email-changes:account'],
  body: z.strictObject({
    displayName: z.optional(z.nullable(displayName)),
    email: z.optional(z.nullable(email)),
    notifySignIns: z.optional(z.boolean()),
    metadata: z.optional(metadata),
  }),
  example: { displayName: 'Grace Hopper', metadata: { cart: ['tea'] } },
  status: 200,
  response: user,
  problems: [],
});

export const exportMe = endpoint({
  method: 'POST',
  path: '/api/accounts/me/export',
  summary: 'Download everything that Latchkey stores about you: a zip file with account.json and account.html',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['password:session'],
  body: z.strictObject({ password: confirmingPassword }),
  example: { password: 'seven purple kettles' },
  status: 200,
  answers: 'zip',
  problems: ['wrong_password', 'insufficient_user_authentication'],
});

/** A closed account stays for seven days: until then it can be opened again. */
export const closedAccountKeptSeconds = 7 * 86_400;

export const deleteMe = endpoint({
  method: 'DELETE',
  path: '/api/accounts/me',
  summary: 'Close your account: it is deleted after seven days, unless you sign in with `reopen` before',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['password:session'],
  body: z.strictObject({ password: confirmingPassword }),
  example: { password: 'seven purple kettles' },
  status: 204,
  problems: ['wrong_password', 'insufficient_user_authentication', 'last_admin'],
});
