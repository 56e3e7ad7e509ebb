import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { environmentOf, fromAnywhere, startLatchkey } from '../latchkey.ts';
import type { Metric, Part, Target } from '../part.ts';
import type { Program } from '../program.ts';
import { chanceOf, chanceOfDistance, distance, separation } from '../separation.ts';
import { fileIn, password } from '../world.ts';

const samples = 100;
/** So few guesses at one account that none has to wait. */
const guessesEach = 9;

const [took, later, apart] = ['took', 'later than the first of its group', 'apart from it'];

/** In each group all must look like the first. */
const groups = {
  'sign-in': ['a wrong password', 'a name that nobody has', 'a disabled account', 'a password hashed at a lower cost'],
  registration: ['a new e-mail address', 'an e-mail address that somebody has'],
  'hashes of both kinds': ['a wrong password', 'a name that nobody has'],
  'hashes of a higher cost': ['a wrong password', 'a name that nobody has'],
} as const;
const nameOf = (group: string, kind: string): string => `${group}: ${kind}`;

const targets = Object.entries(groups).flatMap(([group, [, ...others]]) =>
  others.flatMap((kind): Target[] => {
    const name = nameOf(group, kind);
    const chance = chanceOf(samples, samples);
    return [
      { what: `${name}, no later or sooner`, of: [later, name], least: 0.5 - chance, most: 0.5 + chance },
      { what: `${name}, no further apart`, of: [apart, name], most: chanceOfDistance(samples, samples) },
    ];
  }),
);

/** What of an answer may tell kinds apart beside its time: everything but what differs from request to request. */
const shapeOf = async (answer: Response): Promise<string> => {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  const body = await answer.text();
  const said = answer.ok ? '' : body.replace(/"requestId":"[^"]*"/, '');
  return JSON.stringify([answer.status, headers, said]);
};

const post = ({ base }: Program, path: string, body: object): Promise<Response> =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
    body: JSON.stringify(body),
  });

const someName = (): string => `bench-${randomUUID().slice(0, 12)}`;

const register = async (program: Program, count: number, email?: string): Promise<string[]> => {
  const names = Array.from({ length: count }, someName);
  for (const username of names) {
    const { status } = await post(program, '/api/accounts/register', { username, password, ...(email && { email }) });
    if (status !== 201) throw new Error(`registering answered ${status}`);
  }
  return names;
};

const disable = (databaseUrl: string, username: string): void => {
  const env = { ...process.env, ...environmentOf(databaseUrl) };
  const command = ['apps/api/src/cli.ts', 'users', 'disable', username];
  const { status, stderr } = spawnSync(process.execPath, command, { env });
  if (status !== 0) throw new Error(String(stderr));
};

type Ask = (turn: number) => Promise<Response>;

/** Takes a sample of each kind in turn, so that whatever else the machine does falls on all alike. */
const sample = async (kinds: readonly Ask[], say: (progress: string) => void): Promise<number[][]> => {
  const times = kinds.map((): number[] => []);
  const shapes = new Set<string>();
  for (let turn = 0; turn < samples; turn++) {
    // Each kind has each place in the order as often.
    for (const place of kinds.keys()) {
      const kind = (turn + place) % kinds.length;
      const startedAt = performance.now();
      const answer = await kinds[kind]?.(turn);
      times[kind]?.push(performance.now() - startedAt);
      if (answer) shapes.add(await shapeOf(answer));
    }
    if ((turn + 1) % 25 === 0) say(`${turn + 1} of ${samples} samples of each`);
  }
  if (shapes.size > 1) throw new Error(`The answers differ:\n${[...shapes].join('\n')}`);
  return times;
};

export const enumeration: Part = {
  title: 'Who has an account',
  about: `Whether an answer tells by its time who has an account: ${samples} samples of each kind, taken in turn. How probably one is later than one of the first kind of its group (0.5: it says nothing), and how far the two are apart (Kolmogorov and Smirnov). Wanted is what chance alone gives, but for once in some thirty thousand times.`,
  targets,
  async measure(say) {
    const metrics: Metric[] = [
      { name: took, unit: 'ms', rounds: {} },
      { name: later, unit: '', rounds: {} },
      { name: apart, unit: '', rounds: {} },
    ];
    const compare = async (group: keyof typeof groups, asks: readonly Ask[]): Promise<void> => {
      const times = await sample(asks, (progress) => say(`${group}: ${progress}`));
      const [first = []] = times;
      for (const [index, kind] of groups[group].entries()) {
        const own = times[index] ?? [];
        const figures = index === 0 ? [own] : [own, [separation(own, first)], [distance(own, first)]];
        for (const [at, figure] of figures.entries()) {
          const rounds = metrics[at]?.rounds;
          if (rounds) rounds[nameOf(group, kind)] = figure;
        }
      }
    };
    const needed = Math.ceil(samples / guessesEach);
    const url = `file:${fileIn('enumeration.db')}`;

    const cheap = await startLatchkey(url, { settings: { BCRYPT_COST: '10' } });
    const cheaper = await register(cheap, needed);
    await cheap.stop();

    const program = await startLatchkey(url, { settings: { BCRYPT_COST: '11' } });
    const [plain, disabled] = [await register(program, needed), await register(program, needed)];
    for (const username of disabled) disable(url, username);
    await register(program, 1, 'taken@example.com');
    const guess = (at: Program, username = '') =>
      post(at, '/api/sessions/login', { username, password: 'not the password' });
    const guessAt = (names: readonly string[]) => (turn: number) => guess(program, names[turn % names.length]);
    await compare('sign-in', [guessAt(plain), () => guess(program, someName()), guessAt(disabled), guessAt(cheaper)]);
    const registerWith = (email: string) =>
      post(program, '/api/accounts/register', { username: someName(), password, email });
    await compare('registration', [
      (turn) => registerWith(`new-${turn}@example.com`),
      () => registerWith('taken@example.com'),
    ]);
    await program.stop();

    // So many accounts that the gaps between their ids even out.
    const urlOfBoth = `file:${fileIn('both-kinds.db')}`;
    const before = await startLatchkey(urlOfBoth, { settings: { BCRYPT_COST: '10' } });
    const bcrypt = await register(before, samples);
    await before.stop();
    const after = await startLatchkey(urlOfBoth, { settings: { BCRYPT_COST: '10', PASSWORD_HASH: 'argon2id' } });
    const argon2id = await register(after, samples);
    await compare('hashes of both kinds', [
      (turn) => guess(after, (turn % 4 < 2 ? bcrypt : argon2id)[turn]),
      () => guess(after, someName()),
    ]);
    await after.stop();

    const urlOfCostly = `file:${fileIn('higher-cost.db')}`;
    const costly = await startLatchkey(urlOfCostly, { settings: { BCRYPT_COST: '11' } });
    const names = await register(costly, needed);
    await costly.stop();
    const lowered = await startLatchkey(urlOfCostly, { settings: { BCRYPT_COST: '10' } });
    await compare('hashes of a higher cost', [
      (turn) => guess(lowered, names[turn % names.length]),
      () => guess(lowered, someName()),
    ]);
    await lowered.stop();
    return metrics;
  },
};
