type Task = { readonly run: () => Promise<unknown>; readonly refuse: () => void };

type Caller = { readonly waiting: Task[]; running: number; lastStart: number };

type Options = {
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** The maximum of waiting tasks, of all callers together. */
  readonly maxWaiting: number;
  /** The error for a task that finds the queue full. */
  readonly refusal: () => Error;
};

/**
 * Runs tasks in an order that is fair to callers. The next task belongs to the caller with the fewest running tasks; among
 * those, to the one whose last task started longest ago. When the queue is full, the caller with the most waiting tasks loses
 * its newest. So a caller with one task waits for about one other, however many tasks another caller has.
 */
export const createFairQueue = ({ concurrency, maxWaiting, refusal }: Options) => {
  const callers = new Map<string, Caller>();
  let running = 0;
  let waiting = 0;
  let starts = 0;

  const start = (name: string, caller: Caller, { run }: Task): void => {
    caller.lastStart = ++starts;
    caller.running += 1;
    running += 1;
    run().finally(() => {
      caller.running -= 1;
      running -= 1;
      if (caller.running + caller.waiting.length === 0) callers.delete(name);
      startNext();
    });
  };

  const startNext = (): void => {
    if (running >= concurrency) return;
    const [next] = [...callers]
      .filter(([, caller]) => caller.waiting.length > 0)
      .toSorted(([, one], [, other]) => one.running - other.running || one.lastStart - other.lastStart);
    const task = next?.[1].waiting.shift();
    if (!next || !task) return;
    waiting -= 1;
    start(...next, task);
  };

  /** The caller that loses its newest task to another: it has the most waiting tasks, and afterwards still as many as that one. */
  const loserTo = (caller: Caller | undefined): Caller | undefined => {
    const [longest] = [...callers.values()].toSorted((one, other) => other.waiting.length - one.waiting.length);
    return longest && longest.waiting.length >= (caller?.waiting.length ?? 0) + 2 ? longest : undefined;
  };

  const makeRoomFor = (caller: Caller): boolean => {
    const loser = loserTo(caller);
    if (!loser) return false;
    loser.waiting.pop()?.refuse();
    waiting -= 1;
    return true;
  };

  const run = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const refuse = (): void => reject(refusal());
      const caller = callers.get(name) ?? { waiting: [], running: 0, lastStart: 0 };
      if (waiting >= maxWaiting && !makeRoomFor(caller)) return refuse();
      callers.set(name, caller);
      caller.waiting.push({ run: () => work().then(resolve, reject), refuse });
      waiting += 1;
      startNext();
    });

  /** Whether a task of this caller would find a place now. */
  const hasRoom = (name: string): boolean => waiting < maxWaiting || loserTo(callers.get(name)) !== undefined;

  return { run, hasRoom, load: () => ({ running, waiting }) };
};
