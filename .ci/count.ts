import { existsSync, readFileSync } from 'node:fs';

type Count = { readonly passed: number; readonly failed: number; readonly skipped: readonly string[] };

const none: Count = { passed: 0, failed: 0, skipped: [] };

type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};
const countVitest = ({ numPassedTests, numFailedTests, testResults }: VitestReport): Count => ({
  passed: numPassedTests,
  failed: numFailedTests,
  skipped: testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName),
});

type Suite = {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly title: string; readonly tests: readonly { readonly status: string }[] }[];
};
type PlaywrightReport = Suite & { readonly stats: { readonly expected: number; readonly unexpected: number } };

const skippedIn = ({ suites = [], specs = [] }: Suite): string[] => [
  ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'skipped')).map(({ title }) => title),
  ...suites.flatMap(skippedIn),
];
const countPlaywright = ({ stats, ...suite }: PlaywrightReport): Count => ({
  passed: stats.expected,
  failed: stats.unexpected,
  skipped: skippedIn(suite),
});

const read = <Report>(file: string, count: (report: Report) => Count): Count =>
  existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : none;

const reports: Record<string, () => Count> = {
  'vitest run': () => read('reports/vitest.json', countVitest),
  'playwright test': () => read('reports/playwright.json', countPlaywright),
};

/** What a step reports about its tests; a step that has none, or that died before it could report, counts none. */
export const countOf = (step: string): Count => reports[step]?.() ?? none;
