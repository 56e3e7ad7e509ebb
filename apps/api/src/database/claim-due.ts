import { and, asc, inArray, type SQL } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

/** The tables of work that is done after a transaction: a row is due at a time, and is claimed by moving that time. */
type WorkTable = Tables['messages'] | Tables['logoutNotices'];

export type Claim = { readonly limit: number; readonly leaseSeconds: number };

/**
 * Takes up to `limit` due rows for `leaseSeconds`. The update asks again whether each is due, so no two processes take the same
 * row.
 */
export const claimDue = async <Table extends WorkTable>(
  { read, transaction }: Pick<Database, 'read' | 'transaction'>,
  table: Table,
  isDue: SQL | undefined,
  now: Date,
  { limit, leaseSeconds }: Claim,
): Promise<Table['$inferSelect'][]> => {
  const { id, dueAt }: WorkTable = table;
  const due = await read.select({ id }).from(table).where(isDue).orderBy(asc(dueAt)).limit(limit);
  if (due.length === 0) return [];
  const ids = due.map((row) => row.id);
  return transaction((write) =>
    write
      .update<WorkTable>(table)
      .set({ dueAt: addSeconds(now, leaseSeconds) })
      .where(and(inArray(id, ids), isDue))
      .returning(),
  );
};
