import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chanceOf, separation } from './separation.ts';
import { environment, median, post, start, stop } from './server.ts';

/**
 * Does sign-in tell by its time whether there is such an account? Samples of each kind taken in turn, so that whatever else
 * the machine does falls on all alike; a kind whose times stand apart fails.
 */
const rounds = 100;
const password = 'seven purple kettles';
/** So few guesses at one account that none has to wait. */
const guessesEach = 9;

/** How far two samples are apart at most: Kolmogorov and Smirnov's distance. Two heaps are not one heap between them. */
const distance = (first: readonly number[], second: readonly number[]): number => {
  const shareUpTo = (limit: number, sample: readonly number[]): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  return Math.max(
    ...[...first, ...second].map((limit) => Math.abs(shareUpTo(limit, first) - shareUpTo(limit, second))),
  );
};
/** How far chance alone takes it, once in some thirty thousand times. */
const chanceOfDistance = (first: number, second: number): number =>
  2.35 * Math.sqrt((first + second) / (first * second));

const accountsOf = async (count: number, email?: string): Promise<string[]> => {
  const names = Array.from({ length: count }, () => `bench-${randomUUID().slice(0, 12)}`);
  for (const username of names) {
    const { status } = await post('/api/accounts/register', { username, password, ...(email && { email }) });
    if (status !== 201) throw new Error(`registering answered ${status}`);
  }
  return names;
};

const disable = (username: string): void => {
  const { status, stderr } = spawnSync(process.execPath, ['apps/api/src/cli.ts', 'users', 'disable', username], {
    env: environment,
  });
  if (status !== 0) throw new Error(String(stderr));
};

const needed = Math.ceil(rounds / guessesEach);
const first = await start({ BCRYPT_COST: '10' });
const cheaper = await accountsOf(needed);
await stop(first.server);

const { server } = await start({ BCRYPT_COST: '11' });
const [plain, disabled] = [await accountsOf(needed), await accountsOf(needed)];
for (const username of disabled) disable(username);
await accountsOf(1, 'taken@example.com');

const logIn = (username: string): Promise<Response> =>
  post('/api/sessions/login', { username, password: 'not the password' });
const register = (email: string): Promise<Response> =>
  post('/api/accounts/register', { username: `bench-${randomUUID().slice(0, 12)}`, password, email });

type Kind = (round: number) => Promise<Response>;
const of =
  (names: readonly string[]): Kind =>
  (round) =>
    logIn(names[round % names.length] ?? '');

const nobody: Kind = () => logIn(`bench-${randomUUID().slice(0, 12)}`);

/** In each group all must look like the first. */
const groups: Record<string, Record<string, Kind>> = {
  'sign-in': {
    'a wrong password': of(plain),
    'a name that nobody has': nobody,
    'a disabled account': of(disabled),
    'a password hashed at a lower cost': of(cheaper),
  },
  registration: {
    'a new e-mail address': (round) => register(`new-${round}@example.com`),
    'an e-mail address that somebody has': () => register('taken@example.com'),
  },
};

/** What of an answer may tell kinds apart beside its time: everything but what differs from request to request. */
const shapeOf = async (answer: Response): Promise<string> => {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  const body = await answer.text();
  const said = answer.ok ? '' : body.replace(/"requestId":"[^"]*"/, '');
  return JSON.stringify([answer.status, headers, said]);
};

let isTold = false;
const rows: string[] = [];
const compare = async (group: string, kinds: Record<string, Kind>): Promise<void> => {
  const names = Object.keys(kinds);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  const shapes = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    // Each kind has each place in the order as often.
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length] ?? '';
      const startedAt = performance.now();
      const answer = await kinds[name]?.(round);
      const elapsed = performance.now() - startedAt;
      if (!answer) throw new Error(`no kind ${name}`);
      shapes.add(await shapeOf(answer));
      times.get(name)?.push(elapsed);
    }
    if ((round + 1) % 20 === 0) console.log(`${group}: ${round + 1} of ${rounds} rounds`);
  }
  if (shapes.size > 1) {
    isTold = true;
    console.error(`${group}: the answers differ:\n${[...shapes].join('\n')}`);
  }
  const [reference = ''] = names;
  for (const name of names) {
    const [own, others] = [times.get(name) ?? [], times.get(reference) ?? []];
    const told = separation(own, others);
    const chance = chanceOf(own.length, others.length);
    const apart = distance(own, others);
    const chanceApart = chanceOfDistance(own.length, others.length);
    const isApart = name !== reference && (Math.abs(told - 0.5) > chance || apart > chanceApart);
    isTold ||= isApart;
    const found = name === reference ? ['–', '–'] : [told.toFixed(3), apart.toFixed(3)];
    rows.push(
      `| ${group}: ${name} | ${median(own).toFixed(1)} ms | ${found[0]} | 0.5 ± ${chance.toFixed(3)} | ${found[1]} | < ${chanceApart.toFixed(3)} | ${isApart ? 'TOLD APART' : 'alike'} |`,
    );
  }
};
for (const [group, kinds] of Object.entries(groups)) await compare(group, kinds);
await stop(server);

// So many accounts that the gaps between their ids even out.
const ofBoth = { DATABASE_URL: `${environment.DATABASE_URL}-of-both-kinds`, BCRYPT_COST: '10' };
const before = await start(ofBoth);
const bcrypt = await accountsOf(rounds);
await stop(before.server);
const after = await start({ ...ofBoth, PASSWORD_HASH: 'argon2id' });
const argon2id = await accountsOf(rounds);
await compare('sign-in, hashes of both kinds', {
  'a wrong password': (round) => of(round % 4 < 2 ? bcrypt : argon2id)(round),
  'a name that nobody has': nobody,
});
await stop(after.server);

console.log(`
| what | median | later than the first of its group | by chance | apart from it | by chance | |
|---|---|---|---|---|---|---|
${rows.join('\n')}`);
process.exitCode = isTold ? 1 : 0;
