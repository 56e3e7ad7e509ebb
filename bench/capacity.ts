import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cost, type Costs, type Habits, type Limits, needsOf } from './capacity-model.ts';
import { figureOf } from './part.ts';
import type { Result } from './results.ts';
import { rounded } from './table.ts';

/** The medians of `pnpm bench costs`. */
const readCosts = (hash: string): Costs => {
  const { metrics }: Result = JSON.parse(readFileSync(join(import.meta.dirname, 'results/costs.json'), 'utf8'));
  const costOf = (call: string): Cost => {
    const median = (name: string): number => figureOf(metrics, { what: '', of: [name, call] });
    return {
      server: median('processor time of Latchkey'),
      database: median('processor time of PostgreSQL'),
      logged: median('written to its log'),
      stored: median('bytes stored'),
    };
  };
  return {
    read: costOf('read'),
    refresh: costOf('refresh'),
    'sign-in': costOf(`sign-in, ${hash}`),
    registration: costOf('registration'),
  };
};

const help = `Usage: pnpm capacity [options]

Computes what a number of people needs at their busiest second, from what each call
costs on the machine of bench/results (pnpm bench costs).

  --people N        only this number, instead of 1, 10 and 100 million
  --hash NAME       bcrypt or argon2id, as PASSWORD_HASH        (argon2id)
  --active SHARE    the share that uses an app on a day         (0.2)
  --reads N         reads of the account by one in a day        (30)
  --hours N         use of an app in a day, in hours            (1)
  --sign-ins N      sign-ins of one in a month                  (2)
  --new SHARE       new accounts in a month, as a share of all  (0.02)
  --peak N          the busiest second, in average ones         (4)
  --cores N         processors of the machine of PostgreSQL     (32)
  --memory N        its memory, in GiB                          (128)
  --help            this text
`;

const options = {
  people: { type: 'string' },
  hash: { type: 'string', default: 'argon2id' },
  active: { type: 'string', default: '0.2' },
  reads: { type: 'string', default: '30' },
  hours: { type: 'string', default: '1' },
  'sign-ins': { type: 'string', default: '2' },
  new: { type: 'string', default: '0.02' },
  peak: { type: 'string', default: '4' },
  cores: { type: 'string', default: '32' },
  memory: { type: 'string', default: '128' },
  help: { type: 'boolean', default: false },
} as const;

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(2);
};

const read = () => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${help}`);
  }
};
const values = read();
if (values.help) {
  console.log(help);
  process.exit(0);
}
const numberOf = (name: Exclude<keyof typeof options, 'help' | 'hash'>): number => {
  const number = Number(values[name]);
  return number > 0 ? number : fail(`--${name} is "${values[name]}"; it must be a number above 0.`);
};
if (!['bcrypt', 'argon2id'].includes(values.hash)) fail(`--hash is "${values.hash}"; it must be bcrypt or argon2id.`);

const habits: Habits = {
  activeShare: numberOf('active'),
  readsPerDay: numberOf('reads'),
  hoursPerDay: numberOf('hours'),
  signInsPerMonth: numberOf('sign-ins'),
  newPerMonth: numberOf('new'),
  peakFactor: numberOf('peak'),
};
const limits: Limits = {
  coresOfDatabase: numberOf('cores'),
  load: 0.6,
  logged: 200e6,
  memory: numberOf('memory') * 2 ** 30 * 0.5,
  connections: 1_000,
  poolSize: 10,
};
const costs = readCosts(values.hash);

const bytes = (amount: number): string => {
  const [size = 1, unit = 'kB'] = (
    [
      [1e12, 'TB'],
      [1e9, 'GB'],
      [1e6, 'MB'],
    ] as const
  ).find(([size]) => amount >= size) ?? [1e3];
  return `${rounded(amount / size)} ${unit}`;
};

const populations = values.people === undefined ? [1e6, 1e7, 1e8] : [numberOf('people')];
const columns = populations.map((people) => ({ people, ...needsOf(people, habits, costs, limits) }));
const rows: readonly (readonly [string, (column: (typeof columns)[number]) => string])[] = [
  ['people', ({ people }) => people.toLocaleString('en')],
  ['reads a second', ({ rates }) => rounded(rates.read)],
  ['refreshes a second', ({ rates }) => rounded(rates.refresh)],
  ['sign-ins a second', ({ rates }) => rounded(rates['sign-in'])],
  ['registrations a second', ({ rates }) => rounded(rates.registration)],
  ['processors for Latchkey', ({ serverCores }) => rounded(serverCores)],
  ['processors for PostgreSQL', ({ databaseCores }) => rounded(databaseCores)],
  ['connections to PostgreSQL', ({ connections }) => connections.toLocaleString('en')],
  ['log of PostgreSQL, a second', ({ logged }) => bytes(logged)],
  ['stored for accounts', ({ stored }) => bytes(stored)],
  ['more in a year, by sign-ins', ({ storedPerYear }) => bytes(storedPerYear)],
  ['in use on a day', ({ hot }) => bytes(hot)],
  ['the first limit', ({ use }) => `${use[0]?.[0]}: ${Math.round((use[0]?.[1] ?? 0) * 100)} %`],
];
const cells = rows.map(([name, of]) => [name, ...columns.map(of)]);
const widths = cells[0]?.map((_, place) => Math.max(...cells.map((row) => row[place]?.length ?? 0))) ?? [];
for (const row of cells) {
  console.log(
    row
      .map((cell, place) => (place === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[place] ?? 0)))
      .join('  '),
  );
}
