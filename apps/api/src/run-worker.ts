import cluster from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { runServer } from './run-server.ts';

/** What a worker and its supervisor tell each other. */
export type WorkerMessage =
  | { readonly type: 'latchkey:ready'; readonly url: string }
  | { readonly type: 'latchkey:stop' };

/** Runs one of several processes. The supervisor decides when it ends, so a signal to the whole group changes nothing. */
export const runWorker = async (config: Config, logger: Logger): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const { url, stop } = await runServer(config, logger);
  process.on('message', async (message: WorkerMessage) => {
    if (message.type !== 'latchkey:stop') return;
    await stop();
    // The channel to the supervisor would keep the process alive. Unlike `process.disconnect`, this waits until the supervisor
    // knows that the process listens no more: a connection that it still hands over would be lost with the channel.
    cluster.worker?.disconnect();
  });
  process.send?.({ type: 'latchkey:ready', url } satisfies WorkerMessage);
};
