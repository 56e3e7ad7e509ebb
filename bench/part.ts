import { median } from './statistics.ts';

/** What was measured, by contender, one number for each round. */
export type Metric = { readonly name: string; readonly unit: string; readonly rounds: Record<string, number[]> };

/** One contender's number in one metric. */
type Figure = readonly [metric: string, contender: string];

/** A promise: a number, or how it stands to another one of the same run, round by round. */
export type Target = {
  readonly what: string;
  readonly of: Figure;
  readonly to?: Figure;
  readonly least?: number;
  readonly most?: number;
};

export type Part = {
  readonly title: string;
  /** What is done, in a sentence or two, for whoever reads the numbers. */
  readonly about: string;
  readonly targets: readonly Target[];
  measure(say: (progress: string) => void): Promise<Metric[]>;
};

type Units = Record<string, string>;

/**
 * Takes each contender's measurement in turn, round after round, so that whatever else the machine does falls on all alike.
 * @param units the unit of each metric; a kind gives those that it has
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
      const said = Object.entries(measured).map(([metric, value]) => `${metric} ${value.toPrecision(3)}`);
      say(`round ${round + 1} of ${rounds}: ${name}: ${said.join(', ')}`);
    }
  }
  return metrics;
};

/** What a target is held to: the median, or the median of the ratios of each round. */
export const figureOf = (metrics: readonly Metric[], { of, to }: Target): number => {
  const roundsOf = ([name, contender]: Figure): number[] =>
    metrics.find((metric) => metric.name === name)?.rounds[contender] ?? [];
  const others = to && roundsOf(to);
  return median(roundsOf(of).map((value, round) => (others ? value / (others[round] ?? Number.NaN) : value)));
};

export const holds = (metrics: readonly Metric[], target: Target): boolean => {
  const figure = figureOf(metrics, target);
  return figure >= (target.least ?? Number.NEGATIVE_INFINITY) && figure <= (target.most ?? Number.POSITIVE_INFINITY);
};
