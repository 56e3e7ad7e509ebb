import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { AuthenticationMethod, ColumnTypes } from './schema.ts';

/** The apps that sign people in with Latchkey, and what they hold. */
export const defineAppTables = (
  { table, text, integer, instant, flag, json, index }: ColumnTypes,
  users: { readonly id: SQLiteColumn },
) => {
  const userId = () =>
    text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' });

  // `id` is the client id.
  const apps = table('apps', {
    id: text('id').primaryKey(),
    name: text('name').notNull().unique('apps_name'),
    /** The audience of its access tokens. */
    audience: text('audience').notNull(),
    redirectUris: json('redirect_uris').$type<readonly string[]>().notNull(),
    postLogoutRedirectUris: json('post_logout_redirect_uris').$type<readonly string[]>().notNull(),
    /** Where Latchkey tells its server that a sign-in has ended (Back-Channel Logout 1.0). */
    backchannelLogoutUri: text('backchannel_logout_uri'),
    /** Can prove who it is, because it runs on a server: with a secret, or with the private key of `publicKey`. */
    isConfidential: flag('is_confidential').notNull(),
    /** Belongs to somebody else, so users are asked for their consent. */
    isThirdParty: flag('is_third_party').notNull(),
    /** The scopes of its own, besides those of OpenID Connect. */
    scopes: json('scopes').$type<readonly string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    /** In PEM. An app with a key has no secret (RFC 7523 §2.2). */
    publicKey: text('public_key'),
    /** The account that the app acts as when no user is there (RFC 6749 §4.4). */
    serviceUserId: text('service_user_id'),
    /** Runs on devices without a browser (RFC 8628). */
    isDevice: flag('is_device').notNull().default(false),
  });
  const appId = () =>
    text('app_id')
      .notNull()
      .references(() => apps.id, { onDelete: 'cascade' });

  // After a rotation two secrets are valid for a day.
  const appSecrets = table(
    'app_secrets',
    {
      hash: text('hash').primaryKey(),
      appId: appId(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at'),
    },
    (secret) => [index('app_secrets_app_id').on(secret.appId)],
  );

  // A row outlives its use, so that a replayed code is recognized: then the session that it gave ends (RFC 6749 §4.1.2).
  const authorizationCodes = table(
    'authorization_codes',
    {
      hash: text('hash').primaryKey(),
      appId: appId(),
      userId: userId(),
      /** The session of the browser. */
      parentId: text('parent_id').notNull(),
      redirectUri: text('redirect_uri').notNull(),
      codeChallenge: text('code_challenge').notNull(),
      nonce: text('nonce'),
      scope: text('scope').notNull(),
      authenticatedAt: instant('authenticated_at').notNull(),
      methods: json('methods').$type<readonly AuthenticationMethod[]>().notNull(),
      expiresAt: instant('expires_at').notNull(),
      usedAt: instant('used_at'),
      sessionId: text('session_id'),
    },
    (code) => [
      index('authorization_codes_expires_at').on(code.expiresAt),
      index('authorization_codes_user_id').on(code.userId),
      index('authorization_codes_app_id').on(code.appId),
    ],
  );

  // What a user has allowed an app.
  const consents = table(
    'consents',
    {
      /** The user and the app. */
      id: text('id').primaryKey(),
      userId: userId(),
      appId: appId(),
      scopes: json('scopes').$type<readonly string[]>().notNull(),
      grantedAt: instant('granted_at').notNull(),
    },
    (consent) => [index('consents_user_id').on(consent.userId), index('consents_app_id').on(consent.appId)],
  );

  // Which app must be told that a sign-in has ended. Written in the transaction that ends it.
  const logoutNotices = table(
    'logout_notices',
    {
      id: text('id').primaryKey(),
      appId: appId(),
      /** The account may be gone by then. */
      userId: text('user_id').notNull(),
      sessionId: text('session_id').notNull(),
      createdAt: instant('created_at').notNull(),
      dueAt: instant('due_at').notNull(),
      attempts: integer('attempts').notNull().default(0),
    },
    (notice) => [index('logout_notices_due_at').on(notice.dueAt), index('logout_notices_app_id').on(notice.appId)],
  );

  // Sign-ins of devices that wait for their user. Neither code is stored, only their hashes.
  const deviceRequests = table(
    'device_requests',
    {
      hash: text('hash').primaryKey(),
      userCodeHash: text('user_code_hash').notNull().unique('device_requests_user_code_hash'),
      appId: appId(),
      scope: text('scope').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      polledAt: instant('polled_at'),
      /** Who has decided, and when and how they had signed in. */
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      isAllowed: flag('is_allowed'),
      authenticatedAt: instant('authenticated_at'),
      methods: json('methods').$type<readonly AuthenticationMethod[]>(),
    },
    (request) => [
      index('device_requests_expires_at').on(request.expiresAt),
      index('device_requests_app_id').on(request.appId),
      index('device_requests_user_id').on(request.userId),
    ],
  );

  // The JWTs that have authenticated an app, until they expire: each works once (RFC 7523 §3).
  const usedAssertions = table(
    'used_assertions',
    { hash: text('hash').primaryKey(), expiresAt: instant('expires_at').notNull() },
    (used) => [index('used_assertions_expires_at').on(used.expiresAt)],
  );

  return { apps, appSecrets, authorizationCodes, consents, logoutNotices, deviceRequests, usedAssertions };
};
