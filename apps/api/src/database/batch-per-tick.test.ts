import { expect, it } from 'vitest';
import { batchPerTick } from './batch-per-tick.ts';

/** A database that answers when the test says so, and what it was asked. */
const createSlowDatabase = () => {
  const questions: { keys: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const find = batchPerTick(
    (keys) =>
      new Promise<{ key: string }[]>((resolve, reject) => {
        const answer = () => resolve(keys.map((key) => ({ key })));
        questions.push({ keys, answer, fail: () => reject(new Error('gone')) });
      }),
    ({ key }) => key,
  );
  return { find, questions };
};
/** What was due in this turn of the event loop has happened then. */
const nextTurn = () => new Promise(setImmediate);

const askInTurn = async (find: (key: string) => Promise<unknown>, keys: readonly string[]) => {
  const asked = [];
  for (const key of keys) {
    asked.push(find(key));
    await nextTurn();
  }
  return asked;
};

it('while three questions are under way, whoever comes asks the next one together', async () => {
  const { find, questions } = createSlowDatabase();
  const asked = await askInTurn(find, ['a', 'b', 'c', 'd', 'e']);
  expect(questions.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c']]);
  questions[1]?.answer();
  await nextTurn();
  expect(questions.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c'], ['d', 'e']]);
  for (const { answer } of questions) answer();
  expect(await Promise.all(asked)).toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => ({ key })));
});

it('a question that fails is nobody’s but theirs who asked it, and lets the next one be asked', async () => {
  const { find, questions } = createSlowDatabase();
  const asked = (await askInTurn(find, ['a', 'b', 'c', 'd'])).map((found) =>
    found.catch((error: Error) => error.message),
  );
  for (const { fail } of questions) fail();
  await nextTurn();
  questions[3]?.answer();
  expect(await Promise.all(asked)).toEqual(['gone', 'gone', 'gone', { key: 'd' }]);
});
