import { createHash } from 'node:crypto';
import { and, asc, desc, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type Event = Tables['events']['$inferSelect'];

type Hashed = Omit<Event, 'hash'>;

/**
 * What a hash covers, by version. A new column of `events` needs a new version; existing rows keep theirs. The version is
 * covered, too: lowering it would uncover the columns that an older version leaves out.
 */
const covered: Readonly<Record<number, (event: Hashed) => readonly unknown[]>> = {
  1: ({ userId, number, at, kind, actor, actorId, sessionId, address, userAgent, detail }) => {
    return [1, userId, number, at.getTime(), kind, actor, actorId, sessionId, address, userAgent, detail];
  },
};
const hashVersion = 1;

/** Covers the event and the hash before it: a change to one event breaks every hash after it. */
const hashOf = (previous: string, event: Hashed): string | undefined => {
  const values = covered[event.hashVersion]?.(event);
  return (
    values &&
    createHash('sha256')
      .update(JSON.stringify([previous, ...values]))
      .digest('base64url')
  );
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
        actor: placeholder('actor'),
        actorId: placeholder('actorId'),
        sessionId: placeholder('sessionId'),
        address: placeholder('address'),
        userAgent: placeholder('userAgent'),
        detail: placeholder('detail'),
        hashVersion,
        hash: placeholder('hash'),
      })
      .onConflictDoNothing()
      .returning({ number: events.number }),
  );

  return {
    /**
     * Appends an event. Call it after all other writes of the transaction: a concurrent event of the same account waits until
     * this transaction ends, then follows this event.
     * @returns its number
     */
    async append(
      write: Write,
      event: Omit<Event, 'number' | 'at' | 'hashVersion' | 'hash'>,
      clock: Clock,
    ): Promise<number> {
      for (;;) {
        const [last] = await findLast(write, { userId: event.userId });
        const next = { ...event, at: clock(), number: (last?.number ?? 0) + 1, hashVersion };
        const appended = await insert(write, { ...next, hash: hashOf(last?.hash ?? '', next) });
        if (appended.length > 0) return next.number;
      }
    },

    /** Appends the first event of each of these new accounts. */
    async insertFirst(
      write: Write,
      firsts: readonly Omit<Event, 'number' | 'at' | 'hashVersion' | 'hash'>[],
      at: Date,
    ): Promise<void> {
      if (firsts.length === 0) return;
      const rows = firsts.map((first) => {
        const event = { ...first, at, number: 1, hashVersion };
        return { ...event, hash: hashOf('', event) ?? '' };
      });
      await write.insert(events).values(rows);
    },

    async find(userId: string, number: number): Promise<Event | undefined> {
      const [event] = await read
        .select()
        .from(events)
        .where(and(eq(events.userId, userId), eq(events.number, number)));
      return event;
    },

    /** The sign-ins of the account before this event, newest first, and the reports of unrecognized events. */
    listSignIns: async (userId: string, before: number): Promise<Event[]> =>
      read
        .select()
        .from(events)
        .where(
          and(
            eq(events.userId, userId),
            lt(events.number, before),
            inArray(events.kind, ['signed_in', 'registered', 'password_changed', 'disowned']),
            isNotNull(events.sessionId),
          ),
        )
        .orderBy(desc(events.number))
        .limit(1000),

    /** The events before this number, newest first. */
    list: async (userId: string, before: number | undefined, limit: number): Promise<Event[]> =>
      read
        .select()
        .from(events)
        .where(and(eq(events.userId, userId), before === undefined ? undefined : lt(events.number, before)))
        .orderBy(desc(events.number))
        .limit(limit),

    /** The number of the first event that does not follow the one before it; `undefined` if the log is intact. */
    async findBreak(userId: string): Promise<number | undefined> {
      const all = await read.select().from(events).where(eq(events.userId, userId)).orderBy(asc(events.number));
      return all.find(
        (event, index) => event.number !== index + 1 || event.hash !== hashOf(all[index - 1]?.hash ?? '', event),
      )?.number;
    },
  };
};

export type EventStore = ReturnType<typeof createEventStore>;
