import { createHash } from 'node:crypto';
import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type Event = Tables['events']['$inferSelect'];

/** Of all that an event says, and of the hash before it: whoever changes one has to change all that follow. */
const hashOf = (previous: string, event: Omit<Event, 'hash'>): string => {
  const { userId, number, at, kind, sessionId, address, userAgent, detail } = event;
  const said = [previous, userId, number, at.getTime(), kind, sessionId, address, userAgent, detail];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
};

export const createEventStore = ({ tables: { events }, read, prepareWrite }: Database) => {
  const { placeholder } = sql;
  const findLast = prepareWrite('last_event', (write) =>
    write
      .select({ number: events.number, hash: events.hash })
      .from(events)
      .where(eq(events.userId, placeholder('userId')))
      .orderBy(desc(events.number))
      .limit(1),
  );
  const insert = prepareWrite('append_event', (write) =>
    write
      .insert(events)
      .values({
        userId: placeholder('userId'),
        number: placeholder('number'),
        at: placeholder('at'),
        kind: placeholder('kind'),
        sessionId: placeholder('sessionId'),
        address: placeholder('address'),
        userAgent: placeholder('userAgent'),
        detail: placeholder('detail'),
        hash: placeholder('hash'),
      })
      .onConflictDoNothing()
      .returning({ number: events.number }),
  );

  return {
    /**
     * Writes what happened, after all else that the transaction does. Of two at once for one person, the second waits for the
     * first and follows it.
     */
    async append(write: Write, event: Omit<Event, 'number' | 'at' | 'hash'>, clock: Clock): Promise<void> {
      for (;;) {
        const [last] = await findLast(write, { userId: event.userId });
        const next = { ...event, at: clock(), number: (last?.number ?? 0) + 1 };
        const appended = await insert(write, { ...next, hash: hashOf(last?.hash ?? '', next) });
        if (appended.length > 0) return;
      }
    },

    /** The newest before this number, newest first. */
    list: (userId: string, before: number | undefined, most: number): Promise<Event[]> =>
      Promise.resolve(
        read
          .select()
          .from(events)
          .where(and(eq(events.userId, userId), before === undefined ? undefined : lt(events.number, before)))
          .orderBy(desc(events.number))
          .limit(most),
      ),

    /** The number of the first event that does not follow from the one before it; nothing where all do. */
    async findBreak(userId: string): Promise<number | undefined> {
      const all = await read.select().from(events).where(eq(events.userId, userId)).orderBy(asc(events.number));
      return all.find(
        (event, index) => event.number !== index + 1 || event.hash !== hashOf(all[index - 1]?.hash ?? '', event),
      )?.number;
    },
  };
};

export type EventStore = ReturnType<typeof createEventStore>;
