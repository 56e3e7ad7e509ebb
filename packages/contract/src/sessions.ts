import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { id } from './id.ts';
import { rates } from './limits.ts';
import { presentedPassword } from './passwords.ts';
import { pastedLine } from './text.ts';
import { user } from './user.ts';

/** Why a session ended. */
export const endReason = z.enum([
  'logged_out',
  'ended_by_owner',
  'password_changed',
  'refresh_reused',
  'revoked',
  'account_disabled',
  'too_many_sessions',
]);
export type EndReason = z.output<typeof endReason>;

/** Where the refresh token is returned: in an HttpOnly cookie (browsers) or in the body (other clients). */
export const delivery = z.optional(z.enum(['cookie', 'body']));

const refreshToken = z.string().check(z.maxLength(2048), z.meta({ 'x-secret': true }));

/** The issued tokens, named as in RFC 6749 §5.1. `expires_in`: lifetime of the access token in seconds. */
const tokenPair = z.object({
  access_token: z.string().check(z.meta({ 'x-secret': true })),
  token_type: z.literal('bearer'),
  expires_in: z.int(),
  refresh_token: z.optional(refreshToken),
});

export const signedIn = z.extend(tokenPair, { user });
export type SignedIn = z.output<typeof signedIn>;

export const logIn = endpoint({
  method: 'POST',
  path: '/api/sessions/login',
  summary: 'Sign in with a user name or verified e-mail address, and a password',
  access: 'public',
  rate: rates.signingIn,
  guessLimits: ['sign-in:ip', 'password:account+ip', 'password:account', 'password:device', 'password:account-devices'],
  body: z.strictObject({
    username: pastedLine(1, 254),
    password: presentedPassword,
    delivery,
    /** Ends every other session and API token of the account, in case someone else has access to it. */
    endOthers: z.optional(z.boolean()),
    /** Opens an account again that was closed in the last seven days. */
    reopen: z.optional(z.boolean()),
  }),
  example: { username: 'grace', password: 'seven purple kettles' },
  status: 200,
  response: signedIn,
  problems: ['invalid_credentials', 'account_disabled', 'account_closed', 'origin_not_allowed'],
});

export const refresh = endpoint({
  method: 'POST',
  path: '/api/sessions/refresh',
  summary: 'Exchange the refresh token of the cookie or the body for new tokens',
  access: 'public',
  rate: rates.reading,
  guessLimits: ['moves:session'],
  body: z.strictObject({ refresh_token: z.optional(refreshToken) }),
  // In a browser the cookie has the token.
  example: {},
  status: 200,
  response: signedIn,
  problems: ['refresh_invalid', 'refresh_reused', 'session_ended', 'origin_not_allowed'],
});

export const logOut = endpoint({
  method: 'POST',
  path: '/api/sessions/logout',
  summary: 'Sign out: end the session of the access token, the cookie or the body',
  access: 'public',
  readsToken: true,
  rate: rates.reading,
  body: z.strictObject({ refresh_token: z.optional(refreshToken) }),
  // In a browser the cookie has the token.
  example: {},
  status: 204,
  problems: ['origin_not_allowed'],
});

/** A session of the user. `browser` and `system` are names, such as `Firefox 140` and `Android`. */
const session = z.object({
  id: z.string(),
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  address: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** Whether this request comes from this session. */
  current: z.boolean(),
  endedAt: z.nullable(z.iso.datetime()),
  endReason: z.nullable(endReason),
});
export type Session = z.output<typeof session>;

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/sessions',
  summary: 'List your sessions, including those that ended because a refresh token was reused',
  access: 'session',
  rate: rates.reading,
  status: 200,
  response: z.object({ sessions: z.array(session) }),
  problems: [],
});

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/sessions/:id',
  params: z.strictObject({ id }),
  summary: 'End one of your sessions',
  access: 'session',
  rate: rates.changing,
  status: 204,
  problems: [],
});

export const endOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/sessions',
  summary: 'End all your other sessions',
  access: 'session',
  rate: rates.sensitive,
  status: 204,
  problems: [],
});
