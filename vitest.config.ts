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
    // Hashing a password is slow by design, and the machines of a gate are small.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
});
