/** Of so many questions under way, those who come meanwhile ask the next one together. PostgreSQL answers a quarter more that way. */
const maxInFlight = 3;

/**
 * Lets all that ask in one turn of the event loop ask together: one question for many costs little more than one for one.
 * @param ask gives the rows that are there, in any order
 * @returns the row of a key, as it is after it was asked for
 */
export const batchPerTick = <Row>(
  ask: (keys: readonly string[]) => PromiseLike<readonly Row[]>,
  keyOf: (row: Row) => string,
): ((key: string) => Promise<Row | undefined>) => {
  type Turn = { readonly keys: Set<string>; readonly rows: Promise<Map<string, Row>> };
  let turn: Turn | undefined;

  let inFlight = 0;
  let askNext: (() => void) | undefined;

  const rowsOf = async (keys: ReadonlySet<string>): Promise<Map<string, Row>> => {
    await new Promise(setImmediate);
    if (inFlight >= maxInFlight) {
      await new Promise<void>((resolve) => {
        askNext = resolve;
      });
    }
    turn = undefined;
    inFlight += 1;
    try {
      return new Map((await ask([...keys])).map((row) => [keyOf(row), row]));
    } finally {
      inFlight -= 1;
      askNext?.();
      askNext = undefined;
    }
  };
  const begin = (): Turn => {
    const keys = new Set<string>();
    return { keys, rows: rowsOf(keys) };
  };

  return async (key) => {
    turn ??= begin();
    turn.keys.add(key);
    return (await turn.rows).get(key);
  };
};
