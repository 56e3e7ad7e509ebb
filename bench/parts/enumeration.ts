import { randomUUID } from 'node:crypto';
import BetterSqlite3 from 'better-sqlite3';
import { startMailbox } from '../../apps/mailbox/src/start-mailbox.ts';
import { fromAnywhere, startLatchkey } from '../latchkey.ts';
import type { Metric, Part, Target } from '../part.ts';
import type { Program } from '../program.ts';
import { chanceOf, chanceOfDistance, distance, separation } from '../separation.ts';
import { fileIn, password } from '../world.ts';

const samples = 100;
/** Few enough guesses per account that none has to wait. */
const guessesEach = 9;
/** As many links for a new password as one name gets in an hour. */
const linksEach = 5;

const [took, later, apart] = ['time', 'P(slower than baseline)', 'KS distance from baseline'];

/** The first of each group is the baseline. The others must be indistinguishable from it. */
const groups = {
  'sign-in': ['wrong password', 'unknown user name', 'disabled account', 'hash of a lower cost'],
  registration: ['new e-mail address', 'existing e-mail address'],
  'forgotten password': ['known', 'unknown', 'unverified address', 'disabled account'],
  'both kinds of hash': ['wrong password', 'unknown user name'],
  'hashes of a higher cost': ['wrong password', 'unknown user name'],
} as const;
const nameOf = (group: string, kind: string): string => `${group}: ${kind}`;

const targets = Object.entries(groups).flatMap(([group, [, ...others]]) =>
  others.flatMap((kind): Target[] => {
    const name = nameOf(group, kind);
    const chance = chanceOf(samples, samples);
    return [
      { what: `${name}, equally fast`, of: [later, name], min: 0.5 - chance, max: 0.5 + chance },
      { what: `${name}, same distribution`, of: [apart, name], max: chanceOfDistance(samples, samples) },
    ];
  }),
);

/** The parts of an answer that could reveal its kind, other than its time: all but those that differ in every request. */
const shapeOf = async (answer: Response): Promise<string> => {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  const body = await answer.text();
  const detail = answer.ok ? '' : body.replace(/"requestId":"[^"]*"/, '');
  return JSON.stringify([answer.status, headers, detail]);
};

const post = ({ base }: Program, path: string, body: object): Promise<Response> =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...fromAnywhere() },
    body: JSON.stringify(body),
  });

const someName = (): string => `bench-${randomUUID().slice(0, 12)}`;

type EmailOf = (username: string) => string;

const register = async (program: Program, count: number, emailOf?: EmailOf): Promise<string[]> => {
  const names = Array.from({ length: count }, someName);
  for (const username of names) {
    const email = emailOf && { email: emailOf(username) };
    const { status } = await post(program, '/api/accounts/register', { username, password, ...email });
    if (status !== 201) throw new Error(`registering answered ${status}`);
  }
  return names;
};

/** Sets a column of these users to now. */
const stamp = (
  databaseUrl: string,
  column: 'email_verified_at' | 'disabled_at',
  usernames: readonly string[],
): void => {
  const database = new BetterSqlite3(databaseUrl.slice('file:'.length));
  const update = database.prepare(`UPDATE users SET ${column} = ? WHERE username = ?`);
  for (const username of usernames) update.run(Date.now(), username);
  database.close();
};

type Ask = (turn: number) => Promise<Response>;

/** Alternates the kinds, so that other load on the machine affects all of them equally. */
const sample = async (kinds: readonly Ask[], say: (progress: string) => void): Promise<number[][]> => {
  const times = kinds.map((): number[] => []);
  const shapes = new Set<string>();
  for (let turn = 0; turn < samples; turn++) {
    // Each kind takes each position equally often.
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
  title: 'Account enumeration by timing',
  about: `Whether the time of an answer reveals that an account exists: ${samples} alternating samples of each kind. The probability that a sample is slower than one of the first kind in its group, the baseline (0.5: indistinguishable), and the Kolmogorov–Smirnov distance between the two. The target is the range that chance exceeds once in about thirty thousand runs.`,
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
    stamp(url, 'disabled_at', disabled);
    await register(program, 1, () => 'taken@example.com');
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

    const mailbox = await startMailbox();
    const urlOfForgotten = `file:${fileIn('forgotten.db')}`;
    const sending = { BCRYPT_COST: '10', SMTP_URL: mailbox.url, MAIL_FROM: 'Bench <bench@example.com>' };
    const forgetful = await startLatchkey(urlOfForgotten, { settings: sending });
    const [known = [], unverified = [], blocked = []] = await Promise.all(
      Array.from({ length: 3 }, () => register(forgetful, samples / linksEach, (name) => `${name}@example.com`)),
    );
    stamp(urlOfForgotten, 'email_verified_at', [...known, ...blocked]);
    stamp(urlOfForgotten, 'disabled_at', blocked);
    const forget = (names: readonly string[]) => (turn: number) =>
      post(forgetful, '/api/passwords/forgot', { login: names[turn % names.length] });
    const unknown = Array.from({ length: samples / linksEach }, someName);
    await compare('forgotten password', [known, unknown, unverified, blocked].map(forget));
    await forgetful.stop();
    await mailbox.close();

    // Enough accounts that the gaps between their ids average out.
    const urlOfBoth = `file:${fileIn('both-kinds.db')}`;
    const before = await startLatchkey(urlOfBoth, { settings: { BCRYPT_COST: '10' } });
    const bcrypt = await register(before, samples);
    await before.stop();
    const after = await startLatchkey(urlOfBoth, { settings: { BCRYPT_COST: '10', PASSWORD_HASH: 'argon2id' } });
    const argon2id = await register(after, samples);
    await compare('both kinds of hash', [
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
