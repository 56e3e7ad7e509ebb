import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon, { type Request } from 'autocannon';
import { percentile, perSecond } from './statistics.ts';

export type Load = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** How many answers there were, with those of the warm-up. */
  readonly answers: number;
};

type Press = {
  readonly base: string;
  readonly connections: number;
  readonly seconds: number;
  /** The maximum number of requests per second over all connections. */
  readonly atMost?: number;
  /** Answers during this time are not counted. */
  readonly warmSeconds?: number;
  /** The requests that the connection with this number repeats. */
  readonly requestsOf: (connection: number) => Request[];
};

/**
 * A closed loop: each connection sends its next request after an answer. Throws on an answer other than 2xx.
 * @returns answers per second, their latencies in milliseconds, and their number
 */
export const press = async ({
  base,
  connections,
  seconds,
  atMost,
  warmSeconds = 0,
  requestsOf,
}: Press): Promise<Load> => {
  const moments: number[] = [];
  const times: number[] = [];
  const refused = new Map<number, number>();
  const from = performance.now() + warmSeconds * 1000;
  const until = from + seconds * 1000;
  let connection = 0;
  let answers = 0;
  const run = autocannon(
    {
      url: base,
      connections,
      ...(atMost !== undefined && { overallRate: atMost }),
      // The run ends at the first answer that is too late to count; this ends it if there is none.
      duration: warmSeconds + seconds + 10,
      timeout: 30,
      sampleInt: 100,
      setupClient: (client) => client.setRequests(requestsOf(connection++)),
    },
    () => {},
  );
  run.on('response', (_client, status, _bytes, milliseconds) => {
    const now = performance.now();
    answers += 1;
    if (status < 200 || status > 299) refused.set(status, (refused.get(status) ?? 0) + 1);
    if (now >= until) run.stop();
    else if (now >= from) {
      moments.push(now);
      times.push(milliseconds);
    }
  });
  const { errors, timeouts } = await new Promise<autocannon.Result>((resolve) => run.once('done', resolve));
  if (refused.size > 0 || errors + timeouts > 0) {
    throw new Error(`${base} answered ${JSON.stringify([...refused])}, ${errors} errors, ${timeouts} timeouts`);
  }
  return { perSecond: perSecond(moments), p50: percentile(times, 50), p99: percentile(times, 99), answers };
};

type Pace = {
  readonly base: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Path and headers of the next request. */
  readonly next: () => { path: string; headers: Record<string, string> };
};

/**
 * An open loop: a fixed number of requests per second, independent of the answers.
 * @returns the latencies in milliseconds
 */
export const pace = async ({ base, perSecond, seconds, next }: Pace): Promise<number[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const { path, headers } = next();
      const startedAt = performance.now();
      get(base + path, { agent, headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${base}${path} answered ${answer.statusCode}`));
        answer.resume().once('end', () => resolve(performance.now() - startedAt));
      }).once('error', reject);
    });
  const startedAt = performance.now();
  const answers: Promise<number>[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    await sleep(Math.max(0, startedAt + (number * 1000) / perSecond - performance.now()));
    answers.push(ask());
  }
  const times = await Promise.all(answers);
  agent.destroy();
  return times;
};
