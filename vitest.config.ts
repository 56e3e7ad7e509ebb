import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,examples}/*/src/**/*.test.ts', 'checks/**/*.test.ts'],
    globalSetup: ['apps/api/testing/postgres.ts'],
    // Files do not disturb each other: every test has databases of its own.
    isolate: false,
    maxWorkers: 2,
    // Hashing a password is slow by design, and the machines of a gate are small.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
});
