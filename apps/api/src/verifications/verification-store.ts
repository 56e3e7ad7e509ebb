import { randomUUID } from 'node:crypto';
import { and, eq, gt, gte, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables, VerificationKind } from '../database/schema.ts';
import { tokenHashOf, type VerificationTokens } from './verification-tokens.ts';

export type Verification = Tables['verifications']['$inferSelect'];

const anHour = 3600;
const aDay = 86_400;
const lifeSeconds: Record<VerificationKind, number> = {
  verify_email: aDay,
  reset_password: anHour,
  undo_email_change: 7 * aDay,
  undo_password_change: 7 * aDay,
  undo_account_closing: 7 * aDay,
};

/** A newer one of these ends the older ones. Each undo link undoes a change of its own. */
const hasOneAtATime: ReadonlySet<VerificationKind> = new Set(['verify_email', 'reset_password']);

/** Whether the token or code of a verification may still be used. */
export const isUsable = ({ spentAt, expiresAt }: Verification, now: Date): boolean =>
  spentAt === null && expiresAt > now;

/** An account has at most this many wrong codes for one verification. */
export const maxWrongCodes = 10;

type Needs = { readonly verificationTokens: VerificationTokens };
type Opened = { readonly kind: VerificationKind; readonly userId: string; readonly email: string };

export const createVerificationStore = (
  { tables: { verifications }, read }: Database,
  { verificationTokens }: Needs,
) => {
  const isLive = (now: Date) => and(isNull(verifications.spentAt), gt(verifications.expiresAt, now));
  const isOf = (userId: string, kind: VerificationKind) =>
    and(eq(verifications.userId, userId), eq(verifications.kind, kind));

  const spendWhere = (write: Write, condition: SQL | undefined, now: Date): Promise<{ id: string }[]> =>
    write
      .update(verifications)
      .set({ spentAt: now })
      .where(and(condition, isNull(verifications.spentAt)))
      .returning({ id: verifications.id });

  return {
    /** Creates a verification for the message to this address. The caller holds the account's lock. */
    async open(write: Write, { kind, userId, email }: Opened, now: Date): Promise<Verification> {
      if (hasOneAtATime.has(kind)) await spendWhere(write, isOf(userId, kind), now);
      const id = randomUUID();
      const tokenHash = tokenHashOf(kind, verificationTokens.issue({ id, kind }));
      const row = { id, kind, userId, email, tokenHash, createdAt: now, expiresAt: addSeconds(now, lifeSeconds[kind]) };
      const [opened] = await write.insert(verifications).values(row).returning();
      if (!opened) throw new Error('a new verification was not stored');
      return opened;
    },

    /** Consumes the verification in one guarded statement: of concurrent calls one succeeds. */
    consume: async (write: Write, id: string, now: Date): Promise<boolean> =>
      (await spendWhere(write, and(eq(verifications.id, id), gt(verifications.expiresAt, now)), now)).length > 0,

    /** Counts a code before it is compared. Returns the verification, unless it has had its last code. */
    async countCode(write: Write, userId: string, now: Date): Promise<Verification | undefined> {
      const [counted] = await write
        .update(verifications)
        .set({ wrongCodes: sql`${verifications.wrongCodes} + 1` })
        .where(and(isOf(userId, 'verify_email'), isLive(now), lt(verifications.wrongCodes, maxWrongCodes)))
        .returning();
      return counted;
    },

    findByToken: async (kind: VerificationKind, token: string): Promise<Verification | undefined> => {
      const [found] = await read
        .select()
        .from(verifications)
        .where(eq(verifications.tokenHash, tokenHashOf(kind, token)));
      return found;
    },

    async findById(id: string): Promise<Verification | undefined> {
      const [found] = await read.select().from(verifications).where(eq(verifications.id, id));
      return found;
    },

    /** Ends the links and codes of these kinds. */
    async end(write: Write, userId: string, kinds: readonly VerificationKind[], now: Date): Promise<void> {
      for (const kind of kinds) await spendWhere(write, isOf(userId, kind), now);
    },

    /** Ends every verification of an account that was opened at this time or later. */
    async endSince(write: Write, userId: string, since: Date, now: Date): Promise<void> {
      await spendWhere(write, and(eq(verifications.userId, userId), gte(verifications.createdAt, since)), now);
    },
  };
};

export type VerificationStore = ReturnType<typeof createVerificationStore>;
