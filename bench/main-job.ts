import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { base, median, post, start, stop } from './server.ts';

/** What is promised of the production build, measured on it: start, idle memory, the event loop under sign-ins, a refresh. */

const residentMebibytes = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const longestTick = async (server: ChildProcess): Promise<number> => {
  server.kill('SIGUSR2');
  if (!server.stderr) throw new Error('the server has no stderr');
  const [line] = await once(server.stderr, 'data');
  return JSON.parse(String(line)).longestTickMilliseconds;
};

await stop((await start()).server); // The first start makes keys and tables.

const readies: number[] = [];
const residents: number[] = [];
for (let round = 0; round < 7; round++) {
  const { server, readyMilliseconds } = await start();
  readies.push(readyMilliseconds);
  await sleep(1000);
  residents.push(residentMebibytes(server));
  await stop(server);
  console.log(`start ${round + 1} of 7: ready after ${readyMilliseconds.toFixed(0)} ms`);
}

const { server } = await start({}, ['--import', './bench/event-loop-probe.ts']);
const credentials = { username: 'bench', password: 'seven purple kettles' };
await post('/api/accounts/register', credentials);
await longestTick(server);
const until = performance.now() + 10_000;
let signIns = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (performance.now() < until) {
      if ((await post('/api/sessions/login', credentials)).ok) signIns += 1;
    }
  }),
);
const tick = await longestTick(server);

/** Milliseconds from a request's start to the end of its answer. */
const timeOf = async (request: () => Promise<Response>): Promise<number> => {
  const startedAt = performance.now();
  await (await request()).arrayBuffer();
  return performance.now() - startedAt;
};
type Pair = { readonly refresh_token: string };
const { refresh_token: first } = (await (await post('/api/sessions/login', credentials)).json()) as Pair;
let pair: Pair = { refresh_token: first };
const [refreshes, empties]: [number[], number[]] = [[], []];
for (let round = 0; round < 500; round++) {
  empties.push(await timeOf(() => fetch(`${base}/health/live`)));
  const answer = post('/api/sessions/refresh', pair);
  refreshes.push(await timeOf(() => answer.then((response) => response.clone())));
  const { refresh_token } = (await (await answer).json()) as Pair;
  pair = { refresh_token };
}
await stop(server);

console.log(`
| what | measured | promised |
|---|---|---|
| ready after start, median of 7 | ${median(readies).toFixed(0)} ms | ≤ 300 ms |
| memory idle, median of 7 | ${median(residents).toFixed(0)} MiB | ≤ 110 MiB |
| longest tick of the event loop, 8 sign-ins at once for 10 s (${signIns} in all) | ${tick.toFixed(0)} ms | ≤ 50 ms |
| a refresh, its durable commit included, beyond an empty request, medians of 500 | ${(median(refreshes) - median(empties)).toFixed(2)} ms | ≤ 1 ms and the disk |`);
