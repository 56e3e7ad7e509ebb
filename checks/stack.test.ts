import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trackedFiles } from './tracked-files.ts';

const manifests = trackedFiles(/(^|\/)package\.json$/).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const direct = new Set(
  manifests.flatMap(({ dependencies, devDependencies }) => Object.keys({ ...dependencies, ...devDependencies })),
);
const scripts = manifests.flatMap((manifest) => Object.values<string>(manifest.scripts ?? {})).join('\n');
const source = trackedFiles(/\.tsx?$/)
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

it.each([
  ...['react', 'react-dom', 'vite', 'axios', 'react-router-dom', 'express', 'jsonwebtoken', 'bcryptjs'],
  ...['drizzle-orm', 'better-sqlite3', 'playwright', 'turbo'],
])('%s is a direct dependency, and code or a script uses it', (name) => {
  expect(direct).toContain(name);
  const isImported = new RegExp(`(from|import) '${name}(/[^']*)?'`).test(source);
  const isRun = new RegExp(`\\b${name} (run|build|test)\\b`).test(scripts);
  expect(isImported || isRun).toBe(true);
});
