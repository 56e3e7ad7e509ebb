import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Cart, Wishes } from './shapes.ts';

/** Carts, wishes and orders in the shop's own SQLite file. A user is identified by the `sub` of the token alone. */
export const openStore = (path: string) => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new BetterSqlite3(path);
  database.pragma('journal_mode = WAL');
  database.exec(`
    CREATE TABLE IF NOT EXISTS shoppers (user_id TEXT PRIMARY KEY, cart TEXT, wishes TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, items TEXT NOT NULL) STRICT;`);

  const read = <Column extends 'cart' | 'wishes'>(column: Column) =>
    database.prepare<[string], string | null>(`SELECT ${column} FROM shoppers WHERE user_id = ?`).pluck();
  const write = (column: 'cart' | 'wishes') =>
    database.prepare<[string, string]>(
      `INSERT INTO shoppers (user_id, ${column}) VALUES (?, ?) ON CONFLICT DO UPDATE SET ${column} = excluded.${column}`,
    );
  const [readCart, readWishes, writeCart, writeWishes] = [read('cart'), read('wishes'), write('cart'), write('wishes')];
  const allCarts = database.prepare<[], { userId: string; cart: string }>(
    'SELECT user_id AS userId, cart FROM shoppers WHERE cart IS NOT NULL ORDER BY user_id',
  );
  const takeOrder = database.prepare<[string], { id: number; items: string }>(
    `INSERT INTO orders (user_id, items) SELECT user_id, cart FROM shoppers
     WHERE user_id = ? AND json_array_length(cart, '$.items') > 0 RETURNING id, items`,
  );
  const emptyCart = database.prepare<[string]>('UPDATE shoppers SET cart = NULL WHERE user_id = ?');

  const parse = <Shape>(text: string | null | undefined, otherwise: Shape): Shape =>
    text ? JSON.parse(text) : otherwise;

  return {
    cartOf: (userId: string): Cart => parse(readCart.get(userId), { items: [] }),
    saveCart: (userId: string, cart: Cart): void => void writeCart.run(userId, JSON.stringify(cart)),
    wishesOf: (userId: string): Wishes => parse(readWishes.get(userId), { products: [] }),
    saveWishes: (userId: string, wishes: Wishes): void => void writeWishes.run(userId, JSON.stringify(wishes)),
    carts: () => allCarts.all().map(({ userId, cart }) => ({ userId, ...parse<Cart>(cart, { items: [] }) })),

    /** Turns the cart into an order and empties it; `undefined` for an empty cart. */
    order: database.transaction((userId: string): ({ id: number } & Cart) | undefined => {
      const row = takeOrder.get(userId);
      if (!row) return undefined;
      emptyCart.run(userId);
      return { id: row.id, ...parse<Cart>(row.items, { items: [] }) };
    }),
    close: (): void => void database.close(),
  };
};

export type Store = ReturnType<typeof openStore>;
