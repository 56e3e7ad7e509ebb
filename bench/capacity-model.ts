/** What one call costs, measured by `pnpm bench costs`: processor time in µs, and bytes. */
export type Cost = {
  readonly server: number;
  readonly database: number;
  readonly logged: number;
  readonly stored: number;
};
export type Call = 'read' | 'refresh' | 'sign-in' | 'registration';
export type Costs = Readonly<Record<Call, Cost>>;

/** What people do, on average. */
export type Habits = {
  /** The share of them that uses an app on a day. */
  readonly activeShare: number;
  /** How many calls an active person causes in a day that read the account, such as `GET /api/accounts/me`. */
  readonly readsPerDay: number;
  /** How long they use an app in a day; each quarter of an hour refreshes. */
  readonly hoursPerDay: number;
  readonly signInsPerMonth: number;
  /** New accounts in a month, as a share of all. */
  readonly newPerMonth: number;
  /** The busiest second, compared with the average second of a day. */
  readonly peakFactor: number;
};

/** What a machine and a PostgreSQL can do. */
export type Limits = {
  readonly coresOfDatabase: number;
  /** How much of its processors a machine uses at the peak. */
  readonly load: number;
  /** Written to the log of PostgreSQL, in bytes per second. */
  readonly logged: number;
  /** The memory that PostgreSQL can use for rows and indexes, in bytes. */
  readonly memory: number;
  readonly connections: number;
  /** Of each process, DATABASE_POOL_SIZE. */
  readonly poolSize: number;
};

const secondsPerDay = 86_400;
const daysPerMonth = 30;

/** Calls of each kind in the busiest second. */
export const peakRates = (people: number, habits: Habits): Record<Call, number> => {
  const active = people * habits.activeShare;
  const perDay = {
    read: active * habits.readsPerDay,
    refresh: active * habits.hoursPerDay * 4,
    'sign-in': (people * habits.signInsPerMonth) / daysPerMonth,
    registration: (people * habits.newPerMonth) / daysPerMonth,
  };
  const peak = (calls: number): number => (calls / secondsPerDay) * habits.peakFactor;
  return {
    read: peak(perDay.read),
    refresh: peak(perDay.refresh),
    'sign-in': peak(perDay['sign-in']),
    registration: peak(perDay.registration),
  };
};

const calls: readonly Call[] = ['read', 'refresh', 'sign-in', 'registration'];

/**
 * What a number of people needs at their peak.
 * @returns cores, bytes per second and bytes; `use` has the share of each limit of one PostgreSQL, the largest first
 */
export const needsOf = (people: number, habits: Habits, costs: Costs, limits: Limits) => {
  const rates = peakRates(people, habits);
  const sum = (of: keyof Cost): number => calls.reduce((total, call) => total + rates[call] * costs[call][of], 0);
  const serverCores = sum('server') / 1e6 / limits.load;
  const databaseCores = sum('database') / 1e6 / limits.load;
  const logged = sum('logged');
  const hot = people * habits.activeShare * costs.registration.stored;
  const connections = Math.ceil(serverCores) * limits.poolSize;
  const use = {
    'processors of the database': databaseCores / limits.coresOfDatabase,
    'its log': logged / limits.logged,
    'its memory': hot / limits.memory,
    'its connections': connections / limits.connections,
  };
  return {
    rates,
    serverCores,
    databaseCores,
    logged,
    stored: people * costs.registration.stored,
    storedPerYear: people * (habits.signInsPerMonth * 12 * costs['sign-in'].stored),
    hot,
    connections,
    use: Object.entries(use).toSorted(([, a], [, b]) => b - a),
  };
};
