const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats a request that got no answer, for a connection that is lost for a moment. */
export const retry = async (send: () => Promise<Response>, waitsMs = [300, 1500]): Promise<Response> => {
  const [wait, ...rest] = waitsMs;
  const answer = await send().catch((error: unknown) => {
    if (wait === undefined) throw error;
    return undefined;
  });
  if (answer && (answer.status < 500 || wait === undefined)) return answer;
  await sleep(wait ?? 0);
  return retry(send, rest);
};
