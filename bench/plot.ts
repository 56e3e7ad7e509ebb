import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Result } from './results.ts';
import { median } from './statistics.ts';
import { rounded } from './table.ts';

/** What is drawn: a metric of a part, and whether a longer bar is a better one. */
const charts = [
  { part: 'reads', metric: 'reads a second', title: 'Profile reads a second (longer is better)' },
  { part: 'sign-ins', metric: 'sign-ins a second', title: 'Sign-ins a second (longer is better)' },
  {
    part: 'beside-sign-ins',
    metric: 'p99, nobody signs in',
    title: 'p99 of a read in ms, nobody signs in (shorter is better)',
  },
  {
    part: 'beside-sign-ins',
    metric: 'p99, eight sign in',
    title: 'p99 of a read in ms, eight sign in (shorter is better)',
  },
  { part: 'refreshes', metric: 'a second', title: 'Refreshes a second, beside commits (longer is better)' },
  { part: 'start', metric: 'ready after', title: 'Ready after, in ms (shorter is better)' },
  { part: 'start', metric: 'memory idle', title: 'Memory idle, in MiB (shorter is better)' },
  { part: 'growth', metric: 'reads a second', title: 'Reads a second, as people grow (the same is better)' },
  { part: 'databases', metric: 'reads a second', title: 'Reads a second, by database (longer is better)' },
] as const;

const chartOf = ({ part, metric, title }: (typeof charts)[number], results: readonly Result[]) => {
  const rounds = results.find((result) => result.part === part)?.metrics.find(({ name }) => name === metric)?.rounds;
  const values = Object.entries(rounds ?? {}).map(([who, numbers]) => ({
    who,
    median: median(numbers),
    label: rounded(median(numbers)),
    isOurs: who.startsWith('Latchkey'),
  }));
  return {
    title,
    width: 380,
    height: { step: 20 },
    data: { values },
    encoding: {
      y: { field: 'who', type: 'nominal', sort: null, title: null, axis: { labelLimit: 0, minExtent: 220 } },
      x: { field: 'median', type: 'quantitative', title: null, scale: { zero: true }, axis: { tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', height: 12 },
        encoding: { color: { condition: { test: 'datum.isOurs', value: '#2f6f4f' }, value: '#a9b4ae' } },
      },
      { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'label' } } },
    ],
  } as const;
};

/** The main figures as bars, in SVG; what was not measured is left out. */
export const draw = async (results: readonly Result[]): Promise<string> => {
  const measured = charts.filter(({ part }) => results.some((result) => result.part === part));
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    config: {
      font: 'system-ui, sans-serif',
      title: { anchor: 'start', fontSize: 13 },
      axis: { labelFontSize: 11, grid: false },
      concat: { spacing: 28 },
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
    columns: 2,
    concat: measured.map((chart) => chartOf(chart, results)) as never,
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
};
