import { ConnectionError } from '@latchkey/contract/client';
import type { createHttpClients } from './http-client.ts';
import { loadWithRetry, pingServer } from './lazy-page.ts';

type Clients = ReturnType<typeof createHttpClients>;

/** Loads the clients once, when they are first needed. */
export const lazyHttpClients = (options: Parameters<typeof createHttpClients>[0]): (() => Promise<Clients>) => {
  let loading: Promise<Clients> | undefined;
  const load = async (): Promise<Clients> => {
    const { createHttpClients } = await loadWithRetry(() => import('./http-client.ts'));
    return createHttpClients(options);
  };
  return () => {
    loading ??= load().catch(async (error) => {
      loading = undefined;
      await pingServer().catch((cause) => {
        throw new ConnectionError(cause);
      });
      // The chunk is gone after a deployment: `errorMessage` asks the user to reload the page.
      throw error;
    });
    return loading;
  };
};
