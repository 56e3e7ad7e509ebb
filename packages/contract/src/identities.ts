import * as z from 'zod/mini';
import { username } from './accounts.ts';
import { email } from './email.ts';
import { endpoint } from './endpoint.ts';
import { id } from './id.ts';
import { rates } from './limits.ts';
import { confirmedSeconds } from './passwords.ts';
import { delivery, signedIn } from './sessions.ts';
import { name } from './text.ts';

/** The name of a provider in the settings and in paths, such as `google`. */
export const providerName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,30}$/));

/** A provider that people can sign in with, such as Google. `label` is how buttons name it. */
const provider = z.object({ name: z.string(), label: z.string() });
export type Provider = z.output<typeof provider>;

/** How long an attempt to sign in with a provider may take. */
export const attemptSeconds = 15 * 60;

/** The `state` parameter of the attempt (RFC 6749 §4.1.1). It works only in the browser that began it. */
const attempt = z.string().check(z.regex(/^[\w-]{43}$/), z.meta({ 'x-secret': true }));

export const listProviders = endpoint({
  method: 'GET',
  path: '/api/identities/providers',
  summary: 'List the providers that people can sign in with',
  access: 'public',
  asksDatabase: false,
  rate: rates.reading,
  status: 200,
  response: z.object({ providers: z.array(provider) }),
  problems: [],
});

/** Sets a cookie that binds the attempt to this browser. Several windows can have one each. */
export const startAttempt = endpoint({
  method: 'POST',
  path: '/api/identities/:provider/start',
  params: z.strictObject({ provider: providerName }),
  summary: 'Begin to sign in with a provider: returns where to send the browser',
  access: 'public',
  rate: rates.signingIn,
  body: z.strictObject({
    /** Connects the identity to the signed-in account. */
    isLink: z.optional(z.boolean()),
    /** Asks the provider to authenticate the user again, if it can. */
    isAgain: z.optional(z.boolean()),
  }),
  status: 200,
  response: z.object({ location: z.string() }),
  problems: ['origin_not_allowed', 'provider_unavailable'],
});

/**
 * The redirect URI that is registered at the provider. It passes the answer on to a page of the web app, in the fragment: the browser
 * comes from another site, so this request has no cookie, and changes nothing.
 */
export const receiveCallback = endpoint({
  method: 'GET',
  path: '/api/identities/:provider/callback',
  params: z.strictObject({ provider: providerName }),
  summary: 'Receive the answer of a provider, as a redirect to the page that sends it to the API',
  access: 'public',
  asksDatabase: false,
  rate: rates.signingIn,
  status: 303,
  answers: 'redirect',
  response: z.string(),
  problems: [],
});

/** What the provider told about the user: suggestions for a registration. */
const profile = z.object({
  /** The e-mail address or user name at the provider. */
  account: z.nullable(z.string()),
  username: z.nullable(z.string()),
  displayName: z.nullable(z.string()),
  email: z.nullable(z.string()),
});

export const identify = endpoint({
  method: 'POST',
  path: '/api/identities/:provider/callback',
  params: z.strictObject({ provider: providerName }),
  summary: 'Exchange the answer of a provider for the identity of the user (for the page /login/continue)',
  access: 'public',
  rate: rates.signingIn,
  body: z.strictObject({
    /** The query that the provider sent the browser back with. */
    query: z.string().check(z.maxLength(8192)),
  }),
  status: 200,
  response: z.object({
    attempt,
    provider,
    /** `sign_in`: it belongs to an account. `register`: to none. `link`: to none, and the user asked to connect it. */
    next: z.enum(['sign_in', 'register', 'link']),
    profile,
  }),
  problems: ['origin_not_allowed', 'token_spent', 'provider_unavailable', 'provider_refused'],
});

export const signInWithIdentity = endpoint({
  method: 'POST',
  path: '/api/identities/sign-in',
  summary: 'Sign in with the identity of an attempt',
  access: 'public',
  rate: rates.signingIn,
  body: z.strictObject({
    attempt,
    delivery,
    /** Opens an account again that was closed in the last seven days. */
    reopen: z.optional(z.boolean()),
  }),
  status: 200,
  response: signedIn,
  problems: ['origin_not_allowed', 'token_spent', 'account_disabled', 'account_closed'],
});

export const registerWithIdentity = endpoint({
  method: 'POST',
  path: '/api/identities/register',
  summary: 'Create an account with the identity of an attempt, and sign in',
  access: 'public',
  rate: rates.registering,
  body: z.strictObject({
    attempt,
    username,
    displayName: z.optional(name(80)),
    email: z.optional(email),
    delivery,
  }),
  status: 201,
  response: signedIn,
  problems: ['origin_not_allowed', 'token_spent', 'registration_closed', 'username_taken', 'identity_taken'],
});

/** How a user can sign in besides the password. `account` is their e-mail address or user name at the provider. */
const identity = z.object({
  id: z.string(),
  provider,
  account: z.nullable(z.string()),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
});
export type Identity = z.output<typeof identity>;

export const listIdentities = endpoint({
  method: 'GET',
  path: '/api/identities',
  summary: 'List the providers that you can sign in with, and whether you have a password',
  access: 'session',
  rate: rates.reading,
  status: 200,
  response: z.object({ identities: z.array(identity), hasPassword: z.boolean() }),
  problems: [],
});

export const linkIdentity = endpoint({
  method: 'POST',
  path: '/api/identities',
  summary: 'Connect the identity of an attempt to your account',
  access: 'session',
  freshSeconds: confirmedSeconds,
  rate: rates.sensitive,
  body: z.strictObject({ attempt }),
  status: 201,
  response: identity,
  problems: ['origin_not_allowed', 'token_spent', 'identity_taken'],
});

export const unlinkIdentity = endpoint({
  method: 'DELETE',
  path: '/api/identities/:id',
  params: z.strictObject({ id }),
  summary: 'Disconnect an identity from your account, unless it is your only way to sign in',
  access: 'session',
  freshSeconds: confirmedSeconds,
  rate: rates.sensitive,
  status: 204,
  problems: ['last_sign_in_method'],
});
