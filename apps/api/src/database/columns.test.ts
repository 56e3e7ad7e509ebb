import { getTableColumns } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { openDatabase } from './open.ts';
import * as postgresColumns from './postgres-columns.ts';
import type { ColumnTypes } from './schema.ts';
import * as sqliteColumns from './sqlite-columns.ts';

const types: Record<(typeof engines)[number]['name'], ColumnTypes> = {
  SQLite: sqliteColumns,
  PostgreSQL: postgresColumns as unknown as ColumnTypes,
};

/** Rows with a value of every column type, with other values, and with nulls. */
const rows = [
  {
    id: 'one',
    text: 'ü 🔑 \\ "',
    integer: -2_147_483_648,
    bigInteger: Number.MAX_SAFE_INTEGER,
    instant: new Date('2026-02-28T23:59:59.999Z'),
    flag: false,
    json: { z: [1, 2.5, null, true], a: { b: 'ü' } },
    list: ['pwd'],
  },
  {
    id: 'other',
    text: '',
    integer: 2_147_483_647,
    bigInteger: 0,
    instant: new Date('1969-12-31T23:59:59.001Z'),
    flag: true,
    json: {},
    list: [],
  },
  { id: 'empty', text: null, integer: null, bigInteger: null, instant: null, flag: null, json: null, list: null },
];

describe.each(engines)('on $name', (engine) => {
  it('every column type reads the same through every reader', async () => {
    const { table, text, integer, bigInteger, instant, flag, json } = types[engine.name];
    const columns = {
      id: text('id').primaryKey(),
      text: text('text'),
      integer: integer('integer'),
      bigInteger: bigInteger('big_integer'),
      instant: instant('instant'),
      flag: flag('flag'),
      json: json('json').$type<object>(),
      list: json('list').$type<readonly string[]>(),
    };
    const samples = table('samples', columns);
    const url = await engine.freshUrl();
    const database = await openDatabase(url);
    onTestFinished(() => database.close());
    const defined = Object.values(getTableColumns(samples)).map((column) => `"${column.name}" ${column.getSQLType()}`);
    await engine.execute(url, `CREATE TABLE samples (${defined.join(', ')})`);

    const { read, transaction, prepareKeyedRead, prepareWrite } = database;
    const find = prepareKeyedRead(
      'sample_by_id',
      (on, hasId) => on.select().from(samples).where(hasId(samples.id)),
      ({ id }) => id,
    );
    const touch = prepareWrite('touch_samples', (write) => write.update(samples).set({ id: samples.id }).returning());

    expect(await transaction((write) => write.insert(samples).values(rows).returning())).toEqual(rows);
    expect(await read.select().from(samples)).toEqual(rows);
    expect(await transaction((write) => write.select().from(samples))).toEqual(rows);
    expect(await transaction((write) => touch(write, {}))).toEqual(rows);
    expect(await Promise.all(rows.map(({ id }) => find(id)))).toEqual(rows);
  });
});
