import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Result } from './results.ts';
import { median } from './statistics.ts';
import { rounded } from './table.ts';

/** The charts: a metric of a part, and whether longer is better. */
const charts = [
  { part: 'reads', metric: 'reads per second', title: 'Profile reads per second (longer is better)' },
  { part: 'sign-ins', metric: 'sign-ins per second', title: 'Sign-ins per second (longer is better)' },
  {
    part: 'beside-sign-ins',
    metric: 'p99 without sign-ins',
    title: 'p99 of a read in ms, without sign-ins (shorter is better)',
  },
  {
    part: 'beside-sign-ins',
    metric: 'p99 during sign-ins',
    title: 'p99 of a read in ms, during sign-ins (shorter is better)',
  },
  { part: 'refreshes', metric: 'refreshes per second', title: 'Refreshes and commits per second (longer is better)' },
  { part: 'start', metric: 'time to ready', title: 'Time to ready in ms (shorter is better)' },
  { part: 'start', metric: 'idle memory', title: 'Idle memory in MiB (shorter is better)' },
  { part: 'growth', metric: 'reads per second', title: 'Reads per second by number of users (equal is better)' },
  { part: 'databases', metric: 'reads per second', title: 'Reads per second by database (longer is better)' },
] as const;

const chartOf = ({ part, metric, title }: (typeof charts)[number], results: readonly Result[]) => {
  const rounds = results.find((result) => result.part === part)?.metrics.find(({ name }) => name === metric)?.rounds;
  const values = Object.entries(rounds ?? {}).map(([contender, numbers]) => ({
    contender,
    median: median(numbers),
    label: rounded(median(numbers)),
    isLatchkey: contender.startsWith('Latchkey'),
  }));
  return {
    title,
    width: 380,
    height: { step: 20 },
    data: { values },
    encoding: {
      y: { field: 'contender', type: 'nominal', sort: null, title: null, axis: { labelLimit: 0, minExtent: 220 } },
      x: { field: 'median', type: 'quantitative', title: null, scale: { zero: true }, axis: { tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', height: 12 },
        encoding: { color: { condition: { test: 'datum.isLatchkey', value: '#2f6f4f' }, value: '#a9b4ae' } },
      },
      { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'label' } } },
    ],
  } as const;
};

/** Draws the main results as bars, in SVG. Omits parts without results. */
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
