import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Endpoint } from '../../packages/contract/src/endpoint.ts';
import { endpoints } from '../../packages/contract/src/endpoints.ts';
import { pages } from '../../packages/contract/src/pages.ts';
import { fromAnywhere, startLatchkey } from '../latchkey.ts';
import type { Part } from '../part.ts';
import { fileIn } from '../world.ts';

const metric = 'event-loop delay, p99';
const server = 'Latchkey';

/** One request: URL and headers have 16 kB together, a body has 100 kB. */
type Input = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** Texts that cause the most backtracking in expressions with two repetitions, and in parsers. */
const seeds = ['eyJ', 'a', '.', '-', '=', '%2e', 'a.', ' a', ',', ';q=1,', '[', '"', '\\"', '::', '(Mozilla/'];
const fill = (seed: string, length: number): string => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);

const headerNames = [
  'Accept',
  'Accept-Encoding',
  'Authorization',
  'Content-Type',
  'Cookie',
  'If-None-Match',
  'Origin',
  'Prefer',
  'User-Agent',
  'X-Forwarded-For',
];

/** Fields of the endpoints, whose texts fill the body together. */
const bodyOf = ({ encoding }: Endpoint, seed: string): string => {
  const names = ['username', 'password', 'email', 'displayName', 'name', 'audience', 'scope', 'refresh_token', 'token'];
  const fields = Object.fromEntries(names.map((name) => [name, fill(seed, 9_000)]));
  return encoding === 'form' ? `token=${fill(encodeURIComponent(seed), 100_000)}` : JSON.stringify(fields);
};

const inputs = (): Input[] => {
  const calls = endpoints.map(({ method, path }) => ({ method, path }));
  const opened = [...Object.values(pages), '/api/docs', '/no/such/page'].map((path) => ({ method: 'GET', path }));
  return [...calls, ...opened].flatMap(({ method, path }, at) =>
    seeds.flatMap((seed, number): Input[] => {
      const endpoint = endpoints[at];
      const name = headerNames[(at + number) % headerNames.length] ?? '';
      const type = endpoint?.encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
      const address = path.replace(':id', fill(encodeURIComponent(seed), 7_500));
      return [
        { method, path: `${address}?${fill(encodeURIComponent(seed), 7_500)}` },
        { method, path: `${path}/${fill(encodeURI(seed), 15_000)}` },
        {
          method,
          path,
          headers: { [name]: name === 'Authorization' ? `Bearer ${fill(seed, 15_000)}` : fill(seed, 15_000) },
        },
        ...(endpoint?.body ? [{ method, path, headers: { 'Content-Type': type }, body: bodyOf(endpoint, seed) }] : []),
      ];
    }),
  );
};

const send = (base: string, { method, path, headers, body }: Input): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(
      base + path,
      { method, agent: false, headers: { ...fromAnywhere(), ...headers } },
      (answer) => {
        if ((answer.statusCode ?? 500) >= 500 && answer.statusCode !== 503)
          reject(new Error(`${method} ${path.slice(0, 80)} answered ${answer.statusCode}`));
        answer.resume().once('close', resolve);
      },
    );
    sent.once('error', reject).end(body);
  });

export const maxInput: Part = {
  title: 'Longest input',
  about:
    'Every endpoint and page with its longest URL, headers and body, of texts that cause backtracking, 20 requests per second. The delay of the event loop.',
  targets: [{ what: 'event-loop delay during the longest input, p99', of: [metric, server], max: 50 }],
  async measure(say) {
    const file = fileIn('loop-delay');
    const latchkey = await startLatchkey(`file:${fileIn('longest-input.db')}`, {
      settings: { LOOP_DELAY_FILE: file },
      options: ['--import', pathToFileURL('bench/loop-delay.ts').href],
    });
    const all = inputs();
    const answers: Promise<void>[] = [];
    for (const [number, input] of all.entries()) {
      answers.push(send(latchkey.base, input));
      if (number % 200 === 0) say(`${number} of ${all.length} requests`);
      await sleep(50);
    }
    await Promise.all(answers);
    await latchkey.stop();
    return [{ name: metric, unit: 'ms', rounds: { [server]: [Number(readFileSync(file, 'utf8'))] } }];
  },
};
