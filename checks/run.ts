import { spawnSync } from 'node:child_process';
import { fences } from './fences.ts';
import { firstPage } from './first-page.ts';
import { migrations } from './migrations.ts';
import { openapiFaults } from './openapi.ts';
import { packages } from './packages.ts';
import { promises } from './promises.ts';
import { prose } from './prose.ts';
import { regularExpressions } from './regular-expressions.ts';
import { vocabulary } from './vocabulary.ts';

const command = (line: string) => (): string[] => {
  const [name = '', ...words] = line.split(' ');
  const { status } = spawnSync(name, words, { stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0 ? [] : [`\`${line}\` failed`];
};

/** The checks, in the order in which they run. */
const checks: readonly { readonly name: string; readonly faults: () => string[] | Promise<string[]> }[] = [
  { name: 'types', faults: command('turbo run types') },
  { name: 'lint and format', faults: command('biome check --error-on-warnings .') },
  { name: 'dead code', faults: command('knip') },
  { name: 'imports', faults: fences },
  { name: 'files and commands that prose names', faults: prose },
  { name: 'vocabulary', faults: vocabulary },
  { name: 'promises and their tests', faults: promises },
  { name: 'regular expressions with superlinear run time', faults: regularExpressions },
  { name: 'OpenAPI document', faults: openapiFaults },
  { name: 'migrations that a running older version survives', faults: migrations },
  { name: 'build', faults: command('turbo run build') },
  { name: 'size of the first page', faults: firstPage },
  { name: 'packages, installed in fresh projects under Node 20 and 24', faults: packages },
];

const failed: string[] = [];
for (const { name, faults } of checks) {
  console.log(`\n— ${name}`);
  const found = await faults();
  for (const fault of found) console.error(`  ✗ ${fault}`);
  if (found.length > 0) failed.push(name);
}

console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
