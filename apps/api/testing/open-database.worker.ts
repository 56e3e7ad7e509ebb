import { parentPort } from 'node:worker_threads';
import { openDatabase } from '../src/database/open.ts';

// Another process, as far as a database can tell: opens each database it is told of, and says how that went.
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
