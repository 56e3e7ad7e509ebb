import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,examples}/*/src/**/*.test.ts', '{bench,checks}/**/*.test.ts'],
    globalSetup: ['apps/api/testing/postgres.ts'],
    // Files do not disturb each other: every test has databases of its own.
    isolate: false,
    // One more than the cores of a small machine: tests also wait, for databases, for threads, for time to pass.
    maxWorkers: 3,
    // The tests start many processes and threads of the same code: it is found quickly, and compiled once.
    execArgv: ['--import', join(import.meta.dirname, 'apps/api/testing/quick-imports.ts')],
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    // They end what hangs, and nothing else: a test that takes long on a small machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A test waits for a condition; how soon it holds is up to the machine.
    expect: { poll: { timeout: 120_000, interval: 10 } },
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
});
