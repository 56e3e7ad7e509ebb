import type { EventKind } from '@latchkey/contract/activity';
import type { EndReason } from '@latchkey/contract/sessions';
import { isNotNull, sql } from 'drizzle-orm';
import type * as sqlite from './sqlite-columns.ts';

/** What each dialect must give: column words that read back the same `Date`, boolean and object on both. */
export type ColumnTypes = typeof sqlite;

/** Every table, said once, in the words of whichever dialect is handed in. */
export const defineTables = ({ table, text, integer, bigInteger, instant, json, index, uniqueIndex }: ColumnTypes) => {
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
      passwordHash: text('password_hash').notNull(),
      role: text('role').$type<'user' | 'admin'>().notNull(),
      metadata: json('metadata').notNull(),
      disabledAt: instant('disabled_at'),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    // An address is a wish until it is proved: many may wish for one, one can prove it.
    (user) => [uniqueIndex('users_email_proved').on(user.emailFolded).where(isNotNull(user.emailVerifiedAt))],
  );

  // One row is the whole state of a session; its refresh token is computed from the row (docs/decisions/0003).
  const sessions = table(
    'sessions',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      generation: integer('generation').notNull(),
      // The generation whose token was exchanged for the current one. Those between the two were never delivered.
      spentGeneration: integer('spent_generation').notNull().default(0),
      createdAt: instant('created_at').notNull(),
      refreshedAt: instant('refreshed_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      endedAt: instant('ended_at'),
      endReason: text('end_reason').$type<EndReason>(),
      userAgent: text('user_agent'),
      address: text('address'),
      // These are a token's that was made for a service: it is a session that nobody refreshes.
      name: text('name'),
      audience: text('audience'),
      scope: text('scope'),
      issuedBy: text('issued_by').references(() => users.id, { onDelete: 'cascade' }),
    },
    (session) => [
      index('sessions_user').on(session.userId),
      index('sessions_issuer').on(session.issuedBy),
      index('sessions_expiry').on(session.expiresAt),
      // For the purge, and for the last API token that an old key signed.
      index('sessions_ended').on(session.endedAt).where(isNotNull(session.endedAt)),
      index('sessions_token_expiry')
        .on(session.expiresAt)
        .where(sql`${session.name} is not null and ${session.endedAt} is null`),
    ],
  );

  // The private half is sealed with a key derived from APP_SECRET. Numbered, so that two first starts make one key.
  const signingKeys = table(
    'signing_keys',
    {
      number: integer('number').notNull(),
      algorithm: text('algorithm').$type<'HS256' | 'RS256' | 'ES256'>().notNull(),
      id: text('id').primaryKey(),
      sealedPrivateKey: text('sealed_private_key').notNull(),
      createdAt: instant('created_at').notNull(),
      // From when it signs: later than it is published, so that every service knows it by then.
      activeAt: instant('active_at').notNull(),
      retiredAt: instant('retired_at'),
      // When the last token that it signed expires. Unknown while it signs, and for as long as its successor is new.
      expiresAt: instant('expires_at'),
    },
    (key) => [uniqueIndex('signing_keys_number').on(key.number)],
  );

  // What services are told: of this session, tokens signed up to `before` no longer count. Outlives the session's row.
  const revocations = table(
    'revocations',
    {
      sessionId: text('session_id').primaryKey(),
      before: instant('before').notNull(),
      until: instant('until').notNull(),
      // Orders the changes, so that a reader asks only for those that it has not seen (`Database.revision`).
      revision: bigInteger('revision').notNull().default(0),
    },
    (revocation) => [
      index('revocations_revision').on(revocation.revision, revocation.sessionId),
      index('revocations_until').on(revocation.until),
    ],
  );

  // How often something was tried; the key is a hash of who tried what. Before `retryAt` no further guess is heard.
  const rateLimits = table(
    'attempts',
    {
      key: text('key').primaryKey(),
      count: integer('count').notNull(),
      until: instant('until').notNull(),
      retryAt: instant('retry_at'),
    },
    (attempt) => [index('attempts_until').on(attempt.until)],
  );

  // What happened to an account, each row chained by its hash to the one before. Triggers keep it from being changed or
  // shortened (migrations/*/0001_activity.sql); it goes with the account.
  const events = table(
    'events',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      number: integer('number').notNull(),
      at: instant('at').notNull(),
      kind: text('kind').$type<EventKind>().notNull(),
      sessionId: text('session_id'),
      address: text('address'),
      userAgent: text('user_agent'),
      detail: text('detail'),
      hash: text('hash').notNull(),
    },
    (event) => [uniqueIndex('events_number').on(event.userId, event.number)],
  );

  return { users, sessions, signingKeys, revocations, rateLimits, events };
};

export type Tables = ReturnType<typeof defineTables>;
