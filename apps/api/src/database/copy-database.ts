import { createHash } from 'node:crypto';
import { asc, eq, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { OperatorError } from '../operator-error.ts';
import { copiedTables } from './copied-tables.ts';
import type { Source, Target } from './copy-sides.ts';
import type { Read } from './database.ts';
import { createMarkStore } from './mark-store.ts';
import type { Tables } from './schema.ts';

type Row = Readonly<Record<string, unknown>>;

/** At most 24 columns in 32,766 values of a statement. */
const pageSize = 1000;
/** In `marks` of the target, until the copy is complete. */
const copying = 'copying';

export type CopyProgress = (copied: number, all: number) => void;

const namesOf = (table: SQLiteTable, columns: readonly SQLiteColumn[]): string[] =>
  columns.map((column) => {
    const [name] = Object.entries(table).find(([, one]) => one === column) ?? [];
    if (name === undefined) throw new Error('the key is a column of its table');
    return name;
  });

/** A row as text that is equal on both engines. */
const textOf = (row: Row): string =>
  JSON.stringify(
    Object.keys(row)
      .toSorted()
      .map((name) => {
        const value = row[name];
        return value instanceof Date ? value.getTime() : value;
      }),
  );

/** Numbers of changes belong to one database: the next change has a higher one everywhere. */
const toCopy = (name: keyof Tables, row: Row): Row => (name === 'revocations' ? { ...row, revision: 1 } : row);

async function* pagesOf(read: Read, table: SQLiteTable, key: readonly SQLiteColumn[], after: readonly unknown[]) {
  const names = namesOf(table, key);
  let last = after;
  for (;;) {
    const left = sql.join(
      key.map((column) => sql`${column}`),
      sql`, `,
    );
    const right = sql.join(
      last.map((value) => sql`${value}`),
      sql`, `,
    );
    const rows = (await read
      .select()
      .from(table)
      .where(last.length > 0 ? sql`(${left}) > (${right})` : undefined)
      .orderBy(...key.map((column) => asc(column)))
      .limit(pageSize)) as Row[];
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    const end = rows.at(-1) ?? {};
    last = names.map((name) => end[name]);
  }
}

const countOf = async (read: Read, table: SQLiteTable): Promise<number> => {
  const [counted] = await read.select({ count: sql<string>`count(*)` }).from(table);
  return Number(counted?.count ?? 0);
};

const countAll = async ({ tables, read }: Source | Target): Promise<number> => {
  let all = 0;
  for (const { name } of copiedTables) all += await countOf(read, tables[name]);
  return all;
};

/** Whether a database has rows. A new one may have a signing key. */
export const isEmpty = async ({ tables, read }: Source | Target): Promise<boolean> => {
  for (const { name } of copiedTables) {
    if (name !== 'signingKeys' && (await countOf(read, tables[name])) > 0) return false;
  }
  return true;
};

type Position = { readonly table: number; readonly after: readonly unknown[] };

/** Where an interrupted copy continues; undefined if none was interrupted. */
export const findPosition = async (target: Target): Promise<Position | undefined> =>
  (await createMarkStore(target).find(copying))?.detail as Position | undefined;

/** The hashes of all rows of a table, combined so that their order does not matter. */
const digestOf = async (read: Read, name: keyof Tables, table: SQLiteTable, key: readonly SQLiteColumn[]) => {
  let digest = 0n;
  let count = 0;
  for await (const rows of pagesOf(read, table, key, [])) {
    for (const row of rows) {
      const hash = createHash('sha256')
        .update(textOf(toCopy(name, row)))
        .digest('hex');
      digest ^= BigInt(`0x${hash}`);
    }
    count += rows.length;
  }
  return `${count} ${digest.toString(16)}`;
};

/** The tables whose values differ. */
const differencesOf = async (source: Source, target: Target): Promise<string[]> => {
  const different: string[] = [];
  for (const { name, key } of copiedTables) {
    const digests = [
      await digestOf(source.read, name, source.tables[name], key(source.tables)),
      await digestOf(target.read, name, target.tables[name], key(target.tables)),
    ];
    if (digests[0] !== digests[1]) different.push(name);
  }
  return different;
};

/** How many rows both have, if they have the same ones: a copy may have ended before it could say so. */
export const rowsOfCopy = async (source: Source, target: Target): Promise<number | undefined> => {
  const rows = await countAll(source);
  if (rows !== (await countAll(target))) return undefined;
  return (await differencesOf(source, target)).length === 0 ? rows : undefined;
};

/**
 * Copies every row through the typed columns of both engines, and compares the values. It continues one that was interrupted. The
 * source stays as it is.
 * @returns how many rows there are
 */
export const copyDatabase = async (source: Source, target: Target, onProgress: CopyProgress): Promise<number> => {
  const all = await countAll(source);
  const position = await findPosition(target);
  let copied = position ? await countAll(target) : 0;
  const { marks, signingKeys } = target.tables;
  if (!position) {
    // The start of a new database made one, which has signed nothing.
    await target.transaction(async (write) => void (await write.delete(signingKeys)));
  }
  for (const [index, { name, key }] of copiedTables.entries()) {
    if (position && index < position.table) continue;
    const after = position?.table === index ? position.after : [];
    const [from, to] = [source.tables[name], target.tables[name]];
    const names = namesOf(from, key(source.tables));
    for await (const rows of pagesOf(source.read, from, key(source.tables), after)) {
      const end = rows.at(-1) ?? {};
      const detail = { table: index, after: names.map((one) => end[one]) };
      await target.transaction(async (write) => {
        await write.insert(to).values(rows.map((row) => toCopy(name, row)) as never);
        await createMarkStore(target).set(write, copying, new Date(), detail);
      });
      copied += rows.length;
      onProgress(copied, all);
    }
  }
  const different = await differencesOf(source, target);
  if (different.length > 0)
    throw new OperatorError(`The copy differs in ${different.join(', ')}. Begin again with an empty database.`);
  await target.finish();
  await target.transaction(async (write) => void (await write.delete(marks).where(eq(marks.name, copying))));
  return all;
};
