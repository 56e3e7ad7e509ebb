import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

/** The kinds of events of an account. */
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
  'password_reset',
  'password_not_confirmed',
  'email_changed',
  'email_change_requested',
  'email_verified',
  'change_undone',
  'password_recovered',
  'token_issued',
  'token_issued_for_other',
  'token_issued_by_other',
  'token_revoked',
  'data_exported',
  'role_changed',
  'account_disabled',
  'account_enabled',
  'app_authorized',
  'app_disconnected',
  'identity_linked',
  'identity_unlinked',
  'account_closed',
  'account_closed_by_admin',
  'account_reopened',
  'disowned',
]);
export type EventKind = z.output<typeof eventKind>;

/**
 * An event of an account. `number` counts from 1. `detail`: the name of an API token, an app or a provider, the user name of its creator or of the
 * account that it acts as, the new role, a browser, or the number of the reported event.
 * `current`: the event comes from the session and the browser of this request. `shared`: it comes from this session, but maybe
 * from another browser: someone else may have a copy of its tokens.
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
  summary: 'List the events of your account, newest first, fifty per page',
  access: 'session',
  rate: rates.reading,
  query: z.strictObject({
    before: z.optional(z.string().check(z.regex(/^[1-9]\d{0,8}$/))),
  }),
  status: 200,
  response: z.object({ events: z.array(event) }),
  problems: [],
});

export const reportUnrecognized = endpoint({
  method: 'POST',
  path: '/api/activity/disown',
  summary:
    'Report an event as unrecognized ("This wasn\'t me"): ends your other sessions and all API tokens; then change your password',
  access: 'session',
  rate: rates.sensitive,
  body: z.strictObject({
    number: z.int().check(z.minimum(1), z.maximum(999_999_999)),
  }),
  example: { number: 1 },
  status: 204,
  problems: ['not_found'],
});
