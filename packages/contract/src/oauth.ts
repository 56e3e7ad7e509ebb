import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

/** RFC 6749 §3.2: an empty field counts as omitted, an unknown one is ignored, a repeated one is refused. */
const presentedToken = z.object({
  token: z.string().check(z.minLength(1), z.meta({ 'x-secret': true })),
  /** Ignored, because the token itself states its kind (allowed by RFC 7009 §2.1). */
  token_type_hint: z.optional(z.string()),
});

/** RFC 7662 §2.2. For an inactive token, `active` is the only member. */
const introspection = z.object({
  active: z.boolean(),
  scope: z.optional(z.string()),
  username: z.optional(z.string()),
  client_id: z.optional(z.string()),
  token_type: z.optional(z.literal('bearer')),
  exp: z.optional(z.int()),
  iat: z.optional(z.int()),
  sub: z.optional(z.string()),
  aud: z.optional(z.string()),
  iss: z.optional(z.string()),
  jti: z.optional(z.string()),
  sid: z.optional(z.string()),
  role: z.optional(z.string()),
});

/**
 * How an app authenticates in a form: a secret (RFC 6749 §2.3.1), or a JWT that its private key has signed (RFC 7523 §2.2). The header
 * `Authorization: Basic` is another way.
 */
const clientCredentials = {
  client_id: z.optional(z.string()),
  client_secret: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
  client_assertion_type: z.optional(z.string()),
  client_assertion: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
};

export const introspect = endpoint({
  method: 'POST',
  path: '/api/oauth/introspect',
  summary: 'Introspect an access token (RFC 7662), as a confidential app or with the permission tokens:introspect',
  access: 'public',
  readsToken: true,
  rate: rates.introspection,
  body: z.extend(presentedToken, clientCredentials),
  example: { token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' },
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  response: introspection,
  problems: [
    'invalid_client',
    'token_missing',
    'token_invalid',
    'token_expired',
    'token_revoked',
    'permission_missing',
  ],
});

export const revoke = endpoint({
  method: 'POST',
  path: '/api/oauth/revoke',
  summary: 'Revoke an access or refresh token (RFC 7009)',
  access: 'public',
  rate: rates.reading,
  body: presentedToken,
  example: { token: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl' },
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  problems: [],
});

const text = z.optional(z.string());

/** RFC 8628 §3.4. */
export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 6749 §4.1.3, §4.4.2 and §6, RFC 8628 §3.4. An unknown field is ignored, a repeated one is refused. */
export const token = endpoint({
  method: 'POST',
  path: '/api/oauth/token',
  summary:
    'Get the tokens of an app: for an authorization code, a refresh token, a device code, or the app itself (RFC 6749, RFC 8628)',
  access: 'public',
  rate: rates.introspection,
  body: z.object({
    grant_type: z.string(),
    /** Logs need not hide it: it works once, for a minute, with the verifier. Problem codes have the same name. */
    code: text,
    redirect_uri: text,
    code_verifier: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
    refresh_token: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
    device_code: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
    scope: text,
    ...clientCredentials,
  }),
  example: { grant_type: 'authorization_code', code: 'a code', redirect_uri: 'https://shop.example.com/callback' },
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  response: z.object({
    access_token: z.string().check(z.meta({ 'x-secret': true })),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string(),
    refresh_token: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
    id_token: z.optional(z.string().check(z.meta({ 'x-secret': true }))),
  }),
  problems: [
    'invalid_client',
    'invalid_grant',
    'unsupported_grant_type',
    'unauthorized_client',
    'invalid_scope',
    'authorization_pending',
    'slow_down',
    'access_denied',
    'expired_token',
  ],
});

/** RFC 8628 §3.1. Times are seconds. */
export const authorizeDevice = endpoint({
  method: 'POST',
  path: '/api/oauth/device_authorization',
  summary: 'Begin a sign-in on a device without a browser: returns a code for the user to enter (RFC 8628)',
  access: 'public',
  rate: rates.signingIn,
  body: z.object({ scope: text, ...clientCredentials }),
  encoding: 'form',
  failures: 'oauth',
  status: 200,
  response: z.object({
    device_code: z.string().check(z.meta({ 'x-secret': true })),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int(),
    interval: z.int(),
  }),
  problems: ['invalid_client', 'unauthorized_client', 'invalid_scope'],
});

/** For the page /device. Without `isAllowed` it only shows what the device asks for. */
export const decideDevice = endpoint({
  method: 'POST',
  path: '/api/oauth/device',
  summary: 'Allow or refuse the sign-in of a device, by the code that it shows',
  access: 'session',
  rate: rates.sensitive,
  guessLimits: ['device-codes:account'],
  body: z.strictObject({
    userCode: z.string().check(
      z.overwrite((code) => code.toUpperCase().replace(/[^A-Z]/g, '')),
      z.regex(/^[B-DF-HJ-NP-TV-XZ]{8}$/),
    ),
    isAllowed: z.optional(z.boolean()),
  }),
  example: { userCode: 'WDJBMJHT' },
  status: 200,
  response: z.object({ app: z.string(), scopes: z.array(z.string()) }),
  problems: ['device_code_unknown'],
});

/** OpenID Connect Core §5.1. Which claims there are depends on the scope. */
const userClaims = z.object({
  sub: z.string(),
  name: z.optional(z.string()),
  preferred_username: z.optional(z.string()),
  updated_at: z.optional(z.int()),
  email: z.optional(z.string()),
  email_verified: z.optional(z.boolean()),
});
export type UserClaims = z.output<typeof userClaims>;

const userinfo = {
  path: '/api/oauth/userinfo',
  summary: 'Get the user whose access token an app has (OpenID Connect Core §5.3)',
  access: 'any-audience',
  rate: rates.reading,
  failures: 'oauth',
  status: 200,
  response: userClaims,
  problems: ['insufficient_scope'],
} as const;
export const getUserinfo = endpoint({ ...userinfo, method: 'GET' });
export const postUserinfo = endpoint({ ...userinfo, method: 'POST' });

/** The query that an app sent the browser with, as it is: the API finds repeated parameters in it. */
const query = z.string().check(z.maxLength(8192));

/**
 * The page /oauth/authorize sends its own query here. One member of the answer is set: `location`, where to send the browser;
 * `login`, if the user must sign in first; `consent`, if the user must allow the app something first.
 */
export const authorize = endpoint({
  method: 'POST',
  path: '/api/oauth/authorize',
  summary: 'Answer the authorization request of an app (for the page /oauth/authorize)',
  access: 'public',
  readsToken: true,
  rate: rates.reading,
  body: z.strictObject({
    query,
    /** `login.since` of an earlier answer: a sign-in after it satisfies `prompt=login` and `max_age`. */
    since: z.optional(z.iso.datetime()),
    /** The user has allowed what the app asks for; or refuses it. */
    consent: z.optional(z.boolean()),
  }),
  example: { query: '?client_id=app_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  status: 200,
  response: z.object({
    location: z.optional(z.string()),
    login: z.optional(z.object({ app: z.string(), since: z.iso.datetime(), hint: z.optional(z.string()) })),
    consent: z.optional(z.object({ app: z.string(), host: z.string(), scopes: z.array(z.string()) })),
  }),
  problems: ['invalid_authorization_request'],
});

/**
 * RP-Initiated Logout 1.0. `location`: where to send the browser afterwards, if the app has registered it. `isConfirmed`: the app
 * proves that it belongs to this session, so the user need not be asked.
 */
export const requestLogout = endpoint({
  method: 'POST',
  path: '/api/oauth/end-session',
  summary: 'Answer the logout request of an app (for the page /oauth/logout)',
  access: 'public',
  readsToken: true,
  rate: rates.reading,
  body: z.strictObject({ query }),
  example: { query: '' },
  status: 200,
  response: z.object({ location: z.optional(z.string()), isConfirmed: z.boolean() }),
  problems: ['invalid_authorization_request'],
});
