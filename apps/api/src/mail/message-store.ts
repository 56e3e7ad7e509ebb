import { randomUUID } from 'node:crypto';
import { and, desc, eq, isNotNull, isNull, lte, or } from 'drizzle-orm';
import { type Claim, claimDue } from '../database/claim-due.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { KindWithDetail } from './message-kinds.ts';

export type Message = Omit<Tables['messages']['$inferSelect'], 'kind' | 'detail'> & KindWithDetail;

type Changes = Partial<Pick<Message, 'dueAt' | 'attempts' | 'endedAt' | 'fault'>>;
export type NewMessage = KindWithDetail & { readonly recipient?: string };

/** The outbox. */
export const createMessageStore = (database: Database) => {
  const { read } = database;
  const { messages } = database.tables;
  const isDue = (now: Date) => and(lte(messages.dueAt, now), isNull(messages.endedAt));

  return {
    /** Adds a message that is due now, in the caller's transaction. */
    async insert(write: Write, { kind, detail, recipient }: NewMessage, now: Date): Promise<void> {
      const row = { id: randomUUID(), kind, detail, recipient: recipient ?? null, createdAt: now, dueAt: now };
      await write.insert(messages).values(row);
    },

    claim: async (now: Date, claim: Claim): Promise<Message[]> =>
      (await claimDue(database, messages, isDue(now), now, claim)) as Message[],

    /** Changes a claimed message, unless its lease ran out and another process claimed it. */
    async update(write: Write, { id, dueAt }: Message, changes: Changes): Promise<boolean> {
      const updated = await write
        .update(messages)
        .set(changes)
        .where(and(eq(messages.id, id), eq(messages.dueAt, dueAt), isNull(messages.endedAt)))
        .returning({ id: messages.id });
      return updated.length > 0;
    },

    /** The newest messages of the last week, and the requests that are not decided yet, for the operator. */
    list: async (limit: number): Promise<Message[]> => {
      const listed = or(isNotNull(messages.recipient), isNull(messages.endedAt), isNotNull(messages.fault));
      const found = read.select().from(messages).where(listed).orderBy(desc(messages.createdAt)).limit(limit);
      return (await found) as Message[];
    },

    /** Makes a message due again that was given up. Returns false if there is none with this id. */
    async retry(write: Write, id: string, now: Date): Promise<boolean> {
      const renewed = await write
        .update(messages)
        .set({ dueAt: now, createdAt: now, attempts: 0, endedAt: null })
        .where(and(eq(messages.id, id), isNotNull(messages.endedAt), isNotNull(messages.fault)))
        .returning({ id: messages.id });
      return renewed.length > 0;
    },
  };
};

export type MessageStore = ReturnType<typeof createMessageStore>;
