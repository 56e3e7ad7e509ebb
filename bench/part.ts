import { median } from './statistics.ts';

/** The measured values by contender, one per round. */
export type Metric = { readonly name: string; readonly unit: string; readonly rounds: Record<string, number[]> };

/** One contender's value in one metric. */
type Figure = readonly [metric: string, contender: string];

/** Bounds for a value, or for its ratio to another one in each round. */
export type Target = {
  readonly what: string;
  readonly of: Figure;
  readonly to?: Figure;
  readonly min?: number;
  readonly max?: number;
};

export type Part = {
  readonly title: string;
  /** What the part measures, in a few sentences. */
  readonly about: string;
  readonly targets: readonly Target[];
  measure(say: (progress: string) => void): Promise<Metric[]>;
};

type Units = Record<string, string>;

/**
 * Measures the contenders alternately, round by round, so that other load on the machine affects all of them equally.
 * @param units the unit of each metric; a contender may lack some metrics
 */
export const inTurn = async (
  rounds: number,
  units: Units,
  kinds: Record<string, () => Promise<Record<string, number>>>,
  say: (progress: string) => void,
): Promise<Metric[]> => {
  const metrics = Object.entries(units).map(([name, unit]): Metric => ({ name, unit, rounds: {} }));
  const names = Object.keys(kinds);
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length] ?? '';
      const measured = (await kinds[name]?.()) ?? {};
      for (const metric of metrics) {
        const value = measured[metric.name];
        if (value !== undefined) metric.rounds[name] = [...(metric.rounds[name] ?? []), value];
      }
      const values = Object.entries(measured).map(([metric, value]) => `${metric} ${value.toPrecision(3)}`);
      say(`round ${round + 1} of ${rounds}: ${name}: ${values.join(', ')}`);
    }
  }
  return metrics;
};

/** The value of a target: the median, or the median of the ratios of the rounds. */
export const figureOf = (metrics: readonly Metric[], { of, to }: Target): number => {
  const roundsOf = ([name, contender]: Figure): number[] =>
    metrics.find((metric) => metric.name === name)?.rounds[contender] ?? [];
  const others = to && roundsOf(to);
  return median(roundsOf(of).map((value, round) => (others ? value / (others[round] ?? Number.NaN) : value)));
};

export const holds = (metrics: readonly Metric[], target: Target): boolean => {
  const figure = figureOf(metrics, target);
  return figure >= (target.min ?? Number.NEGATIVE_INFINITY) && figure <= (target.max ?? Number.POSITIVE_INFINITY);
};
