/** Database connections are few, and a request waits five seconds for one: on a slow machine more at once would be refused. */
const maxAtOnce = 40;

/** Does something so many times, many of them at once. Gives the results in order. */
export const times = async <Result>(count: number, work: (n: number) => PromiseLike<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < count) {
      const n = next++;
      results[n] = await work(n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, maxAtOnce) }, workOn));
  return results;
};
