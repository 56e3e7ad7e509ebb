import { parentPort } from 'node:worker_threads';
import { openDatabase } from '../src/database/open.ts';

// Like another process for a database: opens each database that it gets, and posts the outcome.
parentPort?.on('message', async (url: string) => {
  const outcome = await openDatabase(url).then(
    async (database) => {
      await database.close();
      return 'opened';
    },
    (error: Error) => error.message,
  );
  parentPort?.postMessage(outcome);
});
parentPort?.postMessage('ready');
