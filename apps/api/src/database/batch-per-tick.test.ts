import { expect, it } from 'vitest';
import { batchPerTick } from './batch-per-tick.ts';

/** A database that answers when the test lets it, and the statements that it received. */
const createSlowDatabase = () => {
  const statements: { keys: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const find = batchPerTick(
    (keys) =>
      new Promise<{ key: string }[]>((resolve, reject) => {
        const answer = () => resolve(keys.map((key) => ({ key })));
        statements.push({ keys, answer, fail: () => reject(new Error('gone')) });
      }),
    ({ key }) => key,
  );
  return { find, statements };
};
/** Waits for the end of this turn of the event loop. */
const nextTurn = () => new Promise(setImmediate);

const readInTurns = async (find: (key: string) => Promise<unknown>, keys: readonly string[]) => {
  const reads = [];
  for (const key of keys) {
    reads.push(find(key));
    await nextTurn();
  }
  return reads;
};

it('while three statements run, further keys share the next one', async () => {
  const { find, statements } = createSlowDatabase();
  const reads = await readInTurns(find, ['a', 'b', 'c', 'd', 'e']);
  expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c']]);
  statements[1]?.answer();
  await nextTurn();
  expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c'], ['d', 'e']]);
  for (const { answer } of statements) answer();
  expect(await Promise.all(reads)).toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => ({ key })));
});

it('a failed statement rejects only its own reads, and the next one runs', async () => {
  const { find, statements } = createSlowDatabase();
  const reads = (await readInTurns(find, ['a', 'b', 'c', 'd'])).map((found) =>
    found.catch((error: Error) => error.message),
  );
  for (const { fail } of statements) fail();
  await nextTurn();
  statements[3]?.answer();
  expect(await Promise.all(reads)).toEqual(['gone', 'gone', 'gone', { key: 'd' }]);
});
