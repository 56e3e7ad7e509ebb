import pg from 'pg';

/**
 * One connection on which a query is sent before the previous answer arrives, so that no query waits for a round trip. After
 * the connection is lost, the next query opens another one.
 */
export const createPipeline = (settings: pg.ClientConfig) => {
  let isClosed = false;
  let client: Promise<pg.Client> | undefined;
  const connect = async (): Promise<pg.Client> => {
    // Keep-alive, so that no firewall drops the connection while nobody reads.
    const next = new pg.Client({ ...settings, pipeline: true, keepAlive: true, keepAliveInitialDelayMillis: 60_000 });
    // The query rejects and so reports the error. Without a listener the error would also end the process.
    next.on('error', () => {});
    next.once('end', () => {
      client = undefined;
    });
    await next.connect();
    return next;
  };
  return {
    async connection(): Promise<pg.Client> {
      if (isClosed) throw new Error('The database connection is not open');
      client ??= connect();
      return client;
    },
    async close(): Promise<void> {
      isClosed = true;
      await (await client?.catch(() => undefined))?.end();
    },
  };
};
