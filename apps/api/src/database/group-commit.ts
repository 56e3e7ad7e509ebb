import type BetterSqlite3 from 'better-sqlite3';
import type { Write } from './database.ts';
import { retryWhileLocked } from './retry-while-locked.ts';

/** The maximum number of transactions that share a commit: more would delay reads. */
const maxPerCommit = 64;

/** `run` returns the function that resolves the caller's promise; it is called after the commit. */
type Transaction = { run(): Promise<() => void>; fail(error: unknown): void };

/**
 * Runs transactions one after the other on SQLite's write connection. Those that wait share a commit, so that the disk syncs
 * once for all of them, and each has a savepoint, so that one can roll back without the others.
 */
export const createGroupCommit = (writer: BetterSqlite3.Database, write: Write, milliseconds: number) => {
  const savepoint = writer.prepare('SAVEPOINT work');
  const release = writer.prepare('RELEASE work');
  const waiting: Transaction[] = [];
  let committing: Promise<void> | undefined;

  const commit = async (transactions: readonly Transaction[]): Promise<void> => {
    try {
      await retryWhileLocked(() => writer.exec('BEGIN IMMEDIATE'), { milliseconds });
      const resolvers: (() => void)[] = [];
      for (const { run } of transactions) resolvers.push(await run());
      writer.exec('COMMIT');
      for (const resolve of resolvers) resolve();
    } catch (error) {
      if (writer.inTransaction) writer.exec('ROLLBACK');
      for (const { fail } of transactions) fail(error);
    }
  };

  const commitWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Requests that have arrived are handled first, and reads run between two commits.
      await new Promise(setImmediate);
      await commit(waiting.splice(0, maxPerCommit));
    }
    committing = undefined;
  };

  return {
    transaction: <Result>(work: (write: Write) => Promise<Result>): Promise<Result> =>
      new Promise((resolve, fail) => {
        const run = async () => {
          savepoint.run();
          try {
            const result = await work(write);
            release.run();
            return () => resolve(result);
          } catch (error) {
            // After an error such as a full disk, SQLite has rolled back all of them.
            if (!writer.inTransaction) throw error;
            writer.exec('ROLLBACK TO work; RELEASE work');
            return () => fail(error);
          }
        };
        waiting.push({ run, fail });
        committing ??= commitWaiting();
      }),
    /** Resolves when no transaction waits. */
    async idle(): Promise<void> {
      await committing;
    },
  };
};
