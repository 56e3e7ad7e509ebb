import { and, asc, eq, gt, gte, inArray, or } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { Message } from '../mail/message-store.ts';
import type { Account } from './account-store.ts';

type Session = Tables['sessions']['$inferSelect'];
type Verification = Tables['verifications']['$inferSelect'];

/** Reads what the other stores hold about one account, for its owner: rows that have ended, too. */
export const createPersonalDataStore = ({ tables, read }: Database) => {
  const { users, sessions, verifications, messages } = tables;

  return {
    /** A page of the user's sessions, or of the API tokens that act as the user or were created by the user. */
    sessionsAfter: async (userId: string, kind: Session['kind'], id: string, limit: number) =>
      read
        .select({ session: sessions, username: users.username })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(
          and(
            or(eq(sessions.userId, userId), eq(sessions.issuedBy, userId)),
            eq(sessions.kind, kind),
            gt(sessions.id, id),
          ),
        )
        .orderBy(asc(sessions.id))
        .limit(limit),

    /** Few: the limits of messages keep them so. */
    verificationsOf: async (userId: string): Promise<Verification[]> =>
      read.select().from(verifications).where(eq(verifications.userId, userId)).orderBy(asc(verifications.createdAt)),

    /**
     * The messages of the last week that this account caused. An address may have messages of another account, too: it had the
     * address before, or has it pending.
     */
    async messagesOf(account: Account, own: readonly Verification[]): Promise<Message[]> {
      const addresses = [account.email ?? '', ...own.map(({ email }) => email)];
      const found = (await read
        .select()
        .from(messages)
        .where(
          and(
            inArray(messages.recipient, addresses),
            // Earlier messages went to a deleted account of this name.
            gte(messages.createdAt, account.createdAt),
          ),
        )
        .orderBy(asc(messages.createdAt))) as Message[];
      const ids = new Set(own.map(({ id }) => id));
      return found.filter(({ detail }) =>
        'verificationId' in detail
          ? ids.has(detail.verificationId)
          : 'username' in detail && detail.username === account.username,
      );
    },
  };
};

export type PersonalDataStore = ReturnType<typeof createPersonalDataStore>;
