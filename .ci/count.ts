import { existsSync, readFileSync } from 'node:fs';

type Count = { readonly passed: number; readonly failed: readonly string[]; readonly skipped: readonly string[] };
type Test = { readonly name: string; readonly status: string };

type VitestReport = {
  readonly testResults: readonly { readonly assertionResults: readonly { fullName: string; status: string }[] }[];
};
const testsOfVitest = ({ testResults }: VitestReport): Test[] =>
  testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status }) => ({ name: fullName, status }));

/** Maps Playwright's test statuses to vitest's. */
const statuses: Record<string, string> = { expected: 'passed', unexpected: 'failed', flaky: 'failed' };
type PlaywrightReport = {
  readonly suites?: readonly PlaywrightReport[];
  readonly specs?: readonly { readonly title: string; readonly tests: readonly { readonly status: string }[] }[];
};
const testsOfPlaywright = ({ suites = [], specs = [] }: PlaywrightReport): Test[] => [
  ...specs.flatMap(({ title, tests }) =>
    tests.map(({ status }) => ({ name: title, status: statuses[status] ?? status })),
  ),
  ...suites.flatMap(testsOfPlaywright),
];

/** The report of each step that runs tests. */
const reports = {
  'vitest run': { file: 'reports/vitest.json', testsOf: testsOfVitest },
  'playwright test': { file: 'reports/playwright.json', testsOf: testsOfPlaywright },
};

/** The test results of a step. A step without tests, or one that crashed before it wrote its report, has none. */
export const countOf = (step: string): Count => {
  const report = reports[step as keyof typeof reports];
  const tests = report && existsSync(report.file) ? report.testsOf(JSON.parse(readFileSync(report.file, 'utf8'))) : [];
  const named = (isWanted: (status: string) => boolean): string[] =>
    tests.filter(({ status }) => isWanted(status)).map(({ name }) => name);
  return {
    passed: named((status) => status === 'passed').length,
    failed: named((status) => status === 'failed'),
    skipped: named((status) => status !== 'passed' && status !== 'failed'),
  };
};
