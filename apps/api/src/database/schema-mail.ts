import { isNotNull, isNull } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ColumnTypes, VerificationKind } from './schema.ts';

/** The tables of messages and of the links in them. */
export const defineMailTables = (
  { table, text, integer, instant, json, index, uniqueIndex }: ColumnTypes,
  users: { readonly id: SQLiteColumn },
) => {
  // Single-use tokens of links in messages. Neither the token nor the code is stored: both are computed from `id`.
  const verifications = table(
    'verifications',
    {
      id: text('id').primaryKey(),
      kind: text('kind').$type<VerificationKind>().notNull(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      /** The address that the message goes to. */
      email: text('email').notNull(),
      tokenHash: text('token_hash').notNull(),
      wrongCodes: integer('wrong_codes').notNull().default(0),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      spentAt: instant('spent_at'),
    },
    (verification) => [
      uniqueIndex('verifications_token_hash').on(verification.tokenHash),
      index('verifications_user_id').on(verification.userId),
      index('verifications_expires_at').on(verification.expiresAt),
    ],
  );

  // The outbox: messages to send, written in the transaction of what they tell about. `due_at` is also the lease of the
  // process that is sending the message.
  const messages = table(
    'messages',
    {
      id: text('id').primaryKey(),
      // Which kinds there are, and their details: mail/message-kinds.ts.
      kind: text('kind').notNull(),
      detail: json('detail').$type<object>().notNull(),
      /** Unknown while the message is only requested. */
      recipient: text('recipient'),
      createdAt: instant('created_at').notNull(),
      dueAt: instant('due_at').notNull(),
      attempts: integer('attempts').notNull().default(0),
      /** When it was sent or given up; then nothing is due. */
      endedAt: instant('ended_at'),
      /** Why the last attempt failed. */
      fault: text('fault'),
    },
    (message) => [
      index('messages_due_at').on(message.dueAt).where(isNull(message.endedAt)),
      index('messages_ended_at').on(message.endedAt).where(isNotNull(message.endedAt)),
    ],
  );

  return { verifications, messages };
};
