import type { ProblemBody, ProblemCode } from './problems.ts';

const spentTexts = {
  verification: 'This link or code has expired or was already used. Ask for a new message.',
  reset: 'This link has expired or was already used. Ask for a new one.',
  undo: 'This link has expired or was already used.',
  sign_in: 'This sign-in has expired or was already used. Sign in again.',
} as const;

/** A date such as 3 December 2026. */
const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Why nothing can be sent back to an app that asks for a sign-in. */
const authorizationTexts = {
  client: 'The app that sent you here is not registered. Tell the people who run it.',
  redirect_uri:
    'The app that sent you here asks to return to an address that it has not registered. Tell the people who run it.',
  repeated: 'The app that sent you here sent an ambiguous request. Tell the people who run it.',
  algorithm: 'Apps cannot sign in here yet. Tell your administrator to set JWT_ALGORITHM to RS256 or ES256.',
} as const;

/**
 * What a user reads about a problem: a text, or a function of its values. Problems that only a developer meets have a `detail`
 * of their own, in English.
 */
const texts = {
  invalid_credentials: 'The user name or the password is wrong.',
  account_disabled: 'This account is disabled. Contact an administrator.',
  account_closed: ({ until }: { readonly until: string }) =>
    `This account is closed. It will be deleted on ${dateFormat.format(new Date(until))}.`,
  registration_closed: 'Registration is closed. Ask an administrator for an account.',
  invalid_authorization_request: ({ reason }: { readonly reason: keyof typeof authorizationTexts }) =>
    authorizationTexts[reason],
  username_taken: ({ username, isReserved }: { readonly username: string; readonly isReserved: boolean }) =>
    `The user name ${username} is ${isReserved ? 'reserved' : 'taken'}. Choose another.`,
  user_not_found: ({ username }: { readonly username: string }) => `User ${username} not found.`,
  not_found: ({ thing }: { readonly thing: 'session' | 'token' | 'event' | 'app' | 'provider' | 'identity' }) =>
    `No such ${thing}.`,
  wrong_password: ({ wasChanged }: { readonly wasChanged: boolean }) =>
    wasChanged ? 'Your password was just changed on another device.' : 'The current password is wrong.',
  wrong_code: ({ isLast }: { readonly isLast: boolean }) =>
    `This code is wrong. ${isLast ? 'Ask for a new message.' : 'Use the newest message.'}`,
  token_spent: ({ purpose }: { readonly purpose: keyof typeof spentTexts }) => spentTexts[purpose],
  email_not_verified: ({ hasAddress }: { readonly hasAddress: boolean }) =>
    hasAddress
      ? 'Verify your e-mail address first. We sent you a message.'
      : 'This account has no e-mail address. Contact an administrator.',
  mail_not_configured: 'This server sends no e-mail. Contact an administrator.',
  device_code_unknown: 'This code is wrong or has expired. Get a new one on your device.',
  provider_unavailable: ({ provider }: { readonly provider: string }) =>
    `${provider} cannot be reached. Try again, or sign in another way.`,
  provider_refused: ({ provider, isCancelled }: { readonly provider: string; readonly isCancelled: boolean }) =>
    isCancelled
      ? `You cancelled the sign-in with ${provider}.`
      : `${provider} did not confirm who you are. Sign in again.`,
  identity_taken: ({ provider }: { readonly provider: string }) =>
    `This ${provider} account is connected to another account here.`,
  last_sign_in_method: 'This is your only way to sign in. Set a password or connect another account first.',
  last_admin: 'You are the only admin. Make another user an admin first.',
  permission_missing: ({ permission }: { readonly permission: string }) => `The permission ${permission} is required.`,
  insufficient_user_authentication: 'Sign in again to continue.',
  token_revoked: 'The session of this access token has ended. Sign in again.',
  session_ended: 'This session has ended. Sign in again.',
  refresh_invalid: 'The refresh token is not valid. Sign in again.',
  refresh_reused:
    'This refresh token was used before, so someone may have copied it. The session has ended. Sign in again.',
  too_many_attempts: 'Too many attempts.',
  unavailable: ({ reason }: { readonly reason: 'database' | 'sign_ins' }) =>
    reason === 'database'
      ? 'The database is temporarily unavailable. Nothing was changed; try again.'
      : 'Too many sign-ins are in progress. Try again in a few seconds.',
  internal_error: 'Something went wrong on our side. Try again.',
} as const satisfies { readonly [Code in ProblemCode]?: string | ((values: never) => string) };

type Texts = typeof texts;
export type TextCode = keyof Texts;
/** The values of the text of a problem; `undefined` if it has none. */
export type TextValues<Code extends TextCode> = Texts[Code] extends (values: infer V extends Values) => string
  ? V
  : undefined;
type Values = Readonly<Record<string, string | boolean>>;

const byCode: { readonly [Code in ProblemCode]?: string | ((values: never) => string) } = texts;

/** The text of a problem for the user: that of this catalogue or, for a problem that it does not know, the `detail`. */
export const problemMessage = ({ code, values, detail }: Pick<ProblemBody, 'code' | 'values' | 'detail'>): string => {
  const text = byCode[code];
  if (typeof text === 'function') return values ? text(values as never) : detail;
  return text ?? detail;
};
