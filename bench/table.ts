import { figureOf, holds, type Metric, type Part, type Target } from './part.ts';
import type { Result } from './results.ts';
import { median } from './statistics.ts';

/** Three significant digits. */
export const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3).replace(/\.?0+$/, '');

const cell = (rounds: readonly number[] | undefined, unit: string): string => {
  if (!rounds) return '';
  const range = ` <sub>${rounded(Math.min(...rounds))}–${rounded(Math.max(...rounds))}</sub>`;
  return `**${rounded(median(rounds))}** ${unit}${rounds.length > 1 ? range : ''}`;
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const measured = (metrics: readonly Metric[]): string => {
  const contenders = [...new Set(metrics.flatMap(({ rounds }) => Object.keys(rounds)))];
  return table(
    ['', ...metrics.map(({ name }) => name)],
    contenders.map((contender) => [contender, ...metrics.map(({ rounds, unit }) => cell(rounds[contender], unit))]),
  );
};

const wanted = ({ to, min, max }: Target, unit: string): string => {
  const bounds = [min === undefined ? '' : `≥ ${rounded(min)}`, max === undefined ? '' : `≤ ${rounded(max)}`];
  const amount = bounds.filter(Boolean).join(', ');
  return to ? `${amount} ×` : `${amount} ${unit}`;
};

const targets = (metrics: readonly Metric[], all: readonly Target[]): string =>
  table(
    ['target', 'measured', 'wanted', ''],
    all.map((target) => {
      const unit = metrics.find(({ name }) => name === target.of[0])?.unit ?? '';
      const figure = figureOf(metrics, target);
      // The stored results may be older than the target.
      if (Number.isNaN(figure)) return [target.what, '', wanted(target, unit), 'not measured yet'];
      const text = `${rounded(figure)} ${target.to ? '×' : unit}`;
      return [target.what, text, wanted(target, unit), holds(metrics, target) ? 'met' : '**missed**'];
    }),
  );

/** All results as Markdown: the median of the rounds with their minimum and maximum. */
export const write = (parts: Record<string, Part>, results: readonly Result[]): string => {
  const sections = Object.entries(parts).flatMap(([name, { title, about, targets: all }]) => {
    const result = results.find(({ part }) => part === name);
    if (!result) return [];
    const { at, commit, machine, versions, metrics } = result;
    return [
      `## ${title}`,
      about,
      measured(metrics),
      ...(all.length > 0 ? [targets(metrics, all)] : []),
      `<sub>${at} UTC, at ${commit}; ${machine}; ${versions}.</sub>`,
    ];
  });
  return `${[
    '# Benchmark results',
    'Written by `pnpm bench`. Bold: the median of the rounds; small: their minimum and maximum. A ratio is the median of the ratios of the rounds; in each round every contender runs once. [docs/performance.md](../../docs/performance.md) explains where the time goes.',
    '![The main results as bar charts](plot.svg)',
    ...sections,
  ].join('\n\n')}\n`;
};
