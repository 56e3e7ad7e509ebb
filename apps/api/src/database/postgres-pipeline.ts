import pg from 'pg';

/**
 * One connection over which each question is sent before the last one is answered: nobody waits for the way there and back. A
 * connection that died is made anew for the next question.
 */
export const openPipeline = (settings: pg.ClientConfig) => {
  let isClosed = false;
  let open: Promise<pg.Client> | undefined;
  const connect = async (): Promise<pg.Client> => {
    // Alive for long: a firewall between must not forget it when nobody reads for a while.
    const client = new pg.Client({ ...settings, pipeline: true, keepAlive: true, keepAliveInitialDelayMillis: 60_000 });
    // The query rejects and so reports the error; without a listener it would also end the process.
    client.on('error', () => {});
    client.once('end', () => {
      open = undefined;
    });
    await client.connect();
    return client;
  };
  return {
    async ask(question: pg.QueryArrayConfig): Promise<unknown[][]> {
      if (isClosed) throw new Error('The database connection is not open');
      open ??= connect();
      const { rows } = await (await open).query<unknown[]>(question);
      return rows;
    },
    async close(): Promise<void> {
      isClosed = true;
      await (await open?.catch(() => undefined))?.end();
    },
  };
};
