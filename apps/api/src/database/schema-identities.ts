import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ColumnTypes } from './schema.ts';

/** What a provider told about a user. `subject` identifies them at `issuer`; the rest may change there. */
export type ProviderIdentity = {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  /** Whether the address belongs to the user, as far as the operator trusts the provider. */
  readonly isEmailTrusted: boolean;
  readonly username: string | null;
  readonly displayName: string | null;
};

/** The identities of users at other providers, and the attempts to sign in with them. */
export const defineIdentityTables = (
  { table, text, instant, flag, json, index, uniqueIndex }: ColumnTypes,
  users: { readonly id: SQLiteColumn },
) => {
  // The key is `(issuer, subject)` (OpenID Connect Core §5.7), never an e-mail address.
  const identities = table(
    'identities',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      issuer: text('issuer').notNull(),
      subject: text('subject').notNull(),
      /** The provider's name in the settings, for the label. */
      provider: text('provider').notNull(),
      /** The e-mail address or user name there, as of the last sign-in. */
      account: text('account'),
      createdAt: instant('created_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
    },
    (identity) => [
      uniqueIndex('identities_issuer_subject').on(identity.issuer, identity.subject),
      index('identities_user_id').on(identity.userId),
    ],
  );

  // An attempt to sign in with a provider. Neither `state` nor the cookie is stored, only their hashes; the nonce and the code
  // verifier are computed from `state`.
  const signInAttempts = table(
    'sign_in_attempts',
    {
      /** The hash of `state`. */
      id: text('id').primaryKey(),
      /** The hash of the cookie of the browser that began it. */
      browserHash: text('browser_hash').notNull(),
      provider: text('provider').notNull(),
      isLink: flag('is_link').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      /** When the code was taken for its exchange. */
      usedAt: instant('used_at'),
      /** What the provider told, after the exchange. */
      identity: json('identity').$type<ProviderIdentity>(),
    },
    (attempt) => [index('sign_in_attempts_expires_at').on(attempt.expiresAt)],
  );

  return { identities, signInAttempts };
};
