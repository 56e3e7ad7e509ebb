import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

/** What can happen to an account. */
export const eventKind = z.enum([
  'registered',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'session_moved',
  'refresh_reused',
  'session_ended',
  'other_sessions_ended',
  'too_many_sessions',
  'password_changed',
  'password_not_confirmed',
  'email_changed',
  'token_issued',
  'token_issued_for_other',
  'token_issued_by_other',
  'token_revoked',
  'role_changed',
  'account_disabled',
  'account_enabled',
  'disowned',
]);
export type EventKind = z.output<typeof eventKind>;

/**
 * One thing that happened to an account. `number` counts from 1. `detail`: the name of a token, the user name of who made it or
 * whom it stands for, the new role, a browser, or the number of the event that was not its owner's.
 * `current`: whether it came from the session, and the browser, that asks. `shared`: from the session that asks, but not surely
 * from this browser: somebody else may have a copy of its tokens.
 */
const event = z.object({
  number: z.int(),
  at: z.iso.datetime(),
  kind: eventKind,
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
  address: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  current: z.boolean(),
  shared: z.boolean(),
});
export type Event = z.output<typeof event>;

export const listActivity = endpoint({
  method: 'GET',
  path: '/api/activity',
  summary: 'See what happened to your account, newest first, fifty at a time',
  access: 'session',
  rate: rates.reading,
  query: z.strictObject({
    before: z.optional(
      z
        .string('Give one number of an event.')
        .check(z.regex(/^[1-9]\d{0,8}$/, 'Give the number of an event, counted from 1.')),
    ),
  }),
  status: 200,
  response: z.object({ events: z.array(event) }),
  problems: [],
});

export const reportUnrecognized = endpoint({
  method: 'POST',
  path: '/api/activity/disown',
  summary: '"This wasn\'t me": ends all your other sessions and every token for a service; then change your password',
  access: 'session',
  rate: rates.rarely,
  body: z.strictObject({
    number: z
      .int('Give the number of an event.')
      .check(z.minimum(1, 'Events are counted from 1.'), z.maximum(999_999_999, 'There is no such number.')),
  }),
  status: 204,
  problems: ['not_found'],
});
