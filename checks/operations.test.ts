import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { engines } from '../apps/api/testing/engines.ts';
import { startLatchkey } from '../apps/api/testing/start-latchkey.ts';

const page = readFileSync('docs/operations.md', 'utf8');
const cli = resolve('apps/api/src/cli.ts');

/** The commands of the page, in order. */
const commands = [...page.matchAll(/```sh\n([^`]+)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line.startsWith('npx --yes pnpm '))
  .map((line) => line.replace(/ +#.*/, '').replace(/^npx --yes pnpm (run )?/, ''));

it('every command of docs/operations.md works as printed, one after the other', async () => {
  const [sqlite, postgres] = engines;
  const settings = { APP_SECRET: randomBytes(32).toString('hex') };
  const latchkey = await startLatchkey(sqlite, { settings });
  await latchkey.person({ role: 'admin' });
  await latchkey.stop();

  const folder = mkdtempSync(join(inject('scratchFolder'), 'operations-'));
  writeFileSync(join(folder, 'users.csv'), 'username,email\nhedy,hedy@example.com\n');
  const env = {
    ...process.env,
    ...settings,
    DATABASE_URL: latchkey.databaseUrl,
    NEW_DATABASE_URL: await postgres.freshUrl(),
  };
  expect(commands.length).toBeGreaterThan(10);
  const output: Record<string, string> = {};
  for (const command of commands) {
    const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `'${process.execPath}' '${cli}' ${command}`], {
      cwd: folder,
      env,
    });
    output[command] = (await run).stdout;
  }
  expect(output['db backup latchkey.backup']).toContain('Wrote latchkey.backup with 1 users, and verified it.');
  expect(output['db restore latchkey.backup --replace']).toContain('Restored 1 users');
  expect(output['db move "$NEW_DATABASE_URL"']).toMatch(/^Copied and compared \d+ rows\./);
  expect(output['users import users.csv']).toContain('1 user imported');
  expect(output.doctor).toContain('Nothing failed');
});
