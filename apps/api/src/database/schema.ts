import type { EventKind } from '@latchkey/contract/activity';
import type { JwtAlgorithm } from '@latchkey/contract/jwt';
import type { EndReason } from '@latchkey/contract/sessions';
import type { User } from '@latchkey/contract/user';
import { isNotNull, sql } from 'drizzle-orm';
import { defineAppTables } from './schema-apps.ts';
import { defineIdentityTables } from './schema-identities.ts';
import { defineMailTables } from './schema-mail.ts';
import { defineMarkTables } from './schema-marks.ts';
import type * as sqlite from './sqlite-columns.ts';

/**
 * How a user proved who they are: values of the `amr` claim (RFC 8176). `fed`: at another provider. It is not registered, but
 * Microsoft uses it, too.
 */
export type AuthenticationMethod = 'pwd' | 'fed';

/** What a token of a link may be used for. */
export type VerificationKind =
  | 'verify_email'
  | 'reset_password'
  | 'undo_email_change'
  | 'undo_password_change'
  | 'undo_account_closing';

/** Each dialect provides these. Values of every column type read the same on both: `Date`, boolean, object. */
export type ColumnTypes = typeof sqlite;

/** Defines every table once, with the column types of a dialect. */
export const defineTables = (columnTypes: ColumnTypes) => {
  const { table, text, integer, bigInteger, instant, flag, json, index, uniqueIndex } = columnTypes;
  const users = table(
    'users',
    {
      id: text('id').primaryKey(),
      username: text('username').notNull(),
      usernameFolded: text('username_folded').notNull().unique('users_username_folded'),
      displayName: text('display_name'),
      email: text('email'),
      emailFolded: text('email_folded'),
      emailVerifiedAt: instant('email_verified_at'),
      /** Replaces `email` when it is verified. */
      pendingEmail: text('pending_email'),
      /** Whether a sign-in from a new device sends a message. */
      notifySignIns: flag('notify_sign_ins').notNull().default(true),
      role: text('role').$type<User['role']>().notNull(),
      metadata: json('metadata').$type<Record<string, unknown>>().notNull(),
      disabledAt: instant('disabled_at'),
      /** When the owner or the operator closed the account. It is disabled from then on, and removed seven days later. */
      closedAt: instant('closed_at'),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    // Several accounts may have an address pending; one can verify it.
    (user) => [
      uniqueIndex('users_email_folded').on(user.emailFolded).where(isNotNull(user.emailVerifiedAt)),
      index('users_closed_at').on(user.closedAt).where(isNotNull(user.closedAt)),
    ],
  );

  // An account that signs in by other means has no row here.
  const passwords = table('passwords', {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    hash: text('hash').notNull(),
    /** When the user or the operator set the password; hashing it anew does not count. */
    updatedAt: instant('updated_at').notNull(),
  });

  // One row holds the whole state of a session; its refresh token is computed from the row (docs/decisions/0003).
  const sessions = table(
    'sessions',
    {
      id: text('id').primaryKey(),
      kind: text('kind').$type<'sign_in' | 'api_token' | 'app'>().notNull(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      // When and how the user authenticated: `auth_time` and `amr`. An API token takes both from the session that issued it.
      authenticatedAt: instant('authenticated_at').notNull(),
      methods: json('methods').$type<readonly AuthenticationMethod[]>().notNull(),
      generation: integer('generation').notNull(),
      // The generation whose token was exchanged for the current one. Clients never received those between the two.
      spentGeneration: integer('spent_generation').notNull().default(0),
      createdAt: instant('created_at').notNull(),
      refreshedAt: instant('refreshed_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      endedAt: instant('ended_at'),
      endReason: text('end_reason').$type<EndReason>(),
      userAgent: text('user_agent'),
      address: text('address'),
      // A sign-in to an app: the app, and the session of the browser, which ends it, too.
      appId: text('app_id'),
      parentId: text('parent_id'),
      // Sessions of apps have these, too.
      audience: text('audience'),
      scope: text('scope'),
      // Only API tokens have these. Nothing refreshes them.
      name: text('name'),
      issuedBy: text('issued_by').references(() => users.id, { onDelete: 'cascade' }),
    },
    (session) => [
      index('sessions_user_id').on(session.userId),
      index('sessions_issued_by').on(session.issuedBy),
      index('sessions_parent_id').on(session.parentId).where(isNotNull(session.parentId)),
      // With the user: an app may have a million sessions, those of one user are few.
      index('sessions_app_id').on(session.appId, session.userId).where(isNotNull(session.appId)),
      index('sessions_expires_at').on(session.expiresAt),
      // For the purge, and for the last API token that an old key signed.
      index('sessions_ended_at').on(session.endedAt).where(isNotNull(session.endedAt)),
      index('sessions_api_token_expires_at')
        .on(session.expiresAt)
        .where(sql`${session.kind} = 'api_token' and ${session.endedAt} is null`),
    ],
  );

  // The private half is sealed with a key derived from APP_SECRET. Numbered, so that two first starts make one key.
  const signingKeys = table(
    'signing_keys',
    {
      number: integer('number').notNull(),
      algorithm: text('algorithm').$type<JwtAlgorithm>().notNull(),
      id: text('id').primaryKey(),
      sealedPrivateKey: text('sealed_private_key').notNull(),
      createdAt: instant('created_at').notNull(),
      // Signing starts later than publication, so that every service knows the key by then.
      activeAt: instant('active_at').notNull(),
      revokedAt: instant('revoked_at'),
      // When the last token that it signed expires. Unknown while it signs, and while its successor is new.
      expiresAt: instant('expires_at'),
    },
    (key) => [uniqueIndex('signing_keys_number').on(key.number)],
  );

  // The revocation feed: services refuse tokens of the session that were signed up to `before`. Outlives the session's row.
  const revocations = table(
    'revocations',
    {
      sessionId: text('session_id').primaryKey(),
      before: instant('before').notNull(),
      until: instant('until').notNull(),
      // Orders the changes, so that a reader requests only new ones (`Database.revision`).
      revision: bigInteger('revision').notNull().default(0),
    },
    (revocation) => [
      index('revocations_revision').on(revocation.revision, revocation.sessionId),
      index('revocations_until').on(revocation.until),
    ],
  );

  // Attempts per limit key, which is a hash. Guesses before `retryAt` are refused.
  const rateLimits = table(
    'rate_limits',
    {
      key: text('key').primaryKey(),
      count: integer('count').notNull(),
      until: instant('until').notNull(),
      retryAt: instant('retry_at'),
    },
    (limit) => [index('rate_limits_until').on(limit.until)],
  );

  // The event log. Each row's hash covers the row before. Triggers in the migrations refuse updates, and deletions unless
  // the account is deleted.
  const events = table(
    'events',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      number: integer('number').notNull(),
      at: instant('at').notNull(),
      kind: text('kind').$type<EventKind>().notNull(),
      // `actor_id` is a user's id; the operator and the system have none.
      actor: text('actor').$type<'owner' | 'admin' | 'operator' | 'system'>().notNull(),
      actorId: text('actor_id'),
      sessionId: text('session_id'),
      address: text('address'),
      userAgent: text('user_agent'),
      // By kind (events/event-detail.ts).
      detail: json('detail').$type<Readonly<Record<string, string | number | null>>>().notNull(),
      // Which columns the hash covers (events/event-store.ts).
      hashVersion: integer('hash_version').notNull(),
      hash: text('hash').notNull(),
    },
    (event) => [uniqueIndex('events_user_id_number').on(event.userId, event.number)],
  );

  const mail = defineMailTables(columnTypes, users);
  const apps = defineAppTables(columnTypes, users);
  const others = defineIdentityTables(columnTypes, users);
  const marks = defineMarkTables(columnTypes);
  return {
    users,
    passwords,
    sessions,
    signingKeys,
    revocations,
    rateLimits,
    events,
    ...mail,
    ...apps,
    ...others,
    ...marks,
  };
};

export type Tables = ReturnType<typeof defineTables>;
