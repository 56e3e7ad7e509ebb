import { username as usernameSchema } from '@latchkey/contract/accounts';
import { email as emailSchema } from '@latchkey/contract/email';
import { parseFields } from '@latchkey/contract/field-errors';
import { metadata as metadataSchema } from '@latchkey/contract/metadata';
import { name } from '@latchkey/contract/text';
import * as z from 'zod/mini';
import { type HashOptions, hashOf } from './foreign-passwords.ts';
import type { RawUser } from './read-rows.ts';

/** A user to import. Without a user name, one is made from the address. */
export type NewUser = {
  readonly username: string | undefined;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly displayName: string | null;
  readonly metadata: Record<string, unknown>;
  readonly createdAt: Date | undefined;
  readonly isDisabled: boolean;
  /** The hash of the password, if there is one. */
  readonly hash: string | undefined;
};

/** The names that a field has in the exports of other systems, the most exact first. */
const names = {
  username: ['username', 'user_name', 'userName', 'login', 'preferred_username', 'user_login'],
  email: ['email', 'email_address', 'emailAddress', 'mail', 'user_email'],
  verified: [
    ...['email_verified', 'emailVerified', 'is_email_verified', 'isEmailVerified'],
    ...['email_verified_at', 'emailVerifiedAt', 'email_confirmed_at', 'confirmed_at'],
  ],
  displayName: ['display_name', 'displayName', 'full_name', 'fullName', 'name'],
  firstName: ['first_name', 'firstName', 'given_name'],
  lastName: ['last_name', 'lastName', 'family_name'],
  createdAt: [
    ...['created_at', 'createdAt', 'date_joined', 'create_datetime', 'createdTimestamp'],
    ...['registered_at', 'user_registered'],
  ],
  disabled: ['disabled', 'blocked', 'banned', 'is_disabled'],
  active: ['is_active', 'active', 'enabled', 'isActive'],
  metadata: ['metadata'],
} as const;

/** The first of these fields that has a value. */
const pick = (raw: RawUser, field: keyof typeof names): unknown => {
  const name = names[field].find((name) => raw[name] !== undefined && raw[name] !== null && raw[name] !== '');
  return name === undefined ? undefined : raw[name];
};

const isYes = (value: unknown): boolean =>
  value !== undefined && !/^(false|f|no|n|0|null|none)$/i.test(String(value).trim());

const toDate = (value: unknown, now: Date): Date | undefined => {
  if (value === undefined) return undefined;
  const text = String(value).trim();
  const count = /^\d{9,14}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  const milliseconds = Number.isNaN(count) ? Date.parse(text) : count * (count < 1e11 ? 1000 : 1);
  return milliseconds > 0 && milliseconds <= now.getTime() ? new Date(milliseconds) : undefined;
};

/** CSV has objects as JSON text. */
const toObject = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const displayNameSchema = name(80);
/** One that cannot be shown is left out: the user can set another. */
const toDisplayName = (raw: RawUser): string | null => {
  const profile = toObject(raw.raw_user_meta_data);
  const own = pick(raw, 'displayName') ?? (profile && pick(Object(profile), 'displayName'));
  const parts = [pick(raw, 'firstName'), pick(raw, 'lastName')].filter((part) => typeof part === 'string');
  const parsed = displayNameSchema.safeParse(own ?? parts.join(' '));
  return parsed.success ? parsed.data : null;
};

const fields = z.strictObject({
  username: z.optional(usernameSchema),
  email: z.optional(emailSchema),
  metadata: z.optional(metadataSchema),
});

type Options = HashOptions & { readonly now: Date };
type Outcome = { readonly user: NewUser } | { readonly refusal: string };

/** Reads a user of another system; or says why not. */
export const toNewUser = (raw: RawUser, options: Options): Outcome => {
  const username = pick(raw, 'username');
  // Systems that sign in by address have it as the user name, too.
  const isAddress = typeof username === 'string' && username.includes('@');
  const email = pick(raw, 'email') ?? (isAddress ? username : undefined);
  const given = {
    username: isAddress ? undefined : username,
    email,
    metadata: toObject(pick(raw, 'metadata')),
  };
  const { data, errors } = parseFields(fields, given);
  if (errors) return { refusal: errors.map(({ message }) => message).join(' ') };
  if (data.username === undefined && data.email === undefined)
    return { refusal: 'It has neither a user name nor an e-mail address.' };
  const password = hashOf(raw, options);
  if ('refusal' in password) return password;
  const bannedUntil = raw.banned_until ? Date.parse(String(raw.banned_until)) : 0;
  const active = pick(raw, 'active');
  return {
    user: {
      username: data.username,
      email: data.email ?? null,
      isEmailVerified: data.email !== undefined && isYes(pick(raw, 'verified')),
      displayName: toDisplayName(raw),
      metadata: data.metadata ?? {},
      createdAt: toDate(pick(raw, 'createdAt'), options.now),
      isDisabled:
        isYes(pick(raw, 'disabled')) || (active !== undefined && !isYes(active)) || bannedUntil > options.now.getTime(),
      hash: password.hash,
    },
  };
};
