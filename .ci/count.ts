import { existsSync, readFileSync } from 'node:fs';

type Count = { readonly passed: number; readonly failed: number };

const report = (file: string): Record<string, unknown> | undefined =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;

/** A suite that left no report died on the way, which is a failure of its own. */
const died: Count = { passed: 0, failed: 1 };

const vitest = report('reports/vitest.json') as { numPassedTests: number; numFailedTests: number } | undefined;
const playwright = report('reports/playwright.json') as { stats: { expected: number; unexpected: number } } | undefined;
const counts: readonly Count[] = [
  vitest ? { passed: vitest.numPassedTests, failed: vitest.numFailedTests } : died,
  playwright ? { passed: playwright.stats.expected, failed: playwright.stats.unexpected } : died,
];
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);

const [testStatus, checkStatus] = process.argv.slice(2).map(Number);
if (testStatus !== 0) console.log(`pnpm test ended with ${testStatus}`);
if (checkStatus !== 0) console.log(`pnpm check ended with ${checkStatus}`);
process.exitCode = testStatus === 0 && checkStatus === 0 && failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
