import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { engines } from '../apps/api/testing/engines.ts';
import { appSecret, startLatchkey } from '../apps/api/testing/start-latchkey.ts';

const readme = readFileSync('README.md', 'utf8');
const run = (commands: string, env = process.env) =>
  promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { env });

it('the curl tour and the commands for operators in the README work as printed, one after the other', async () => {
  const latchkey = await startLatchkey(engines[0]);
  const [, tour = ''] = /```sh\n(api=[^`]+)```/.exec(readme) ?? [];
  const here = tour.replace('http://localhost:3000', `http://127.0.0.1:${latchkey.port}`);
  const { stdout } = await run(here);
  expect(stdout.match(/"username":"ada"/g)).toHaveLength(3);
  expect(stdout).toContain('"metadata":{"cart":["tea"]}');
  expect(stdout).toContain('HTTP/1.1 204 No Content');

  const [, commands = ''] = /## For operators\n\n```sh\n([^`]+)```/.exec(readme) ?? [];
  const env = { ...process.env, DATABASE_URL: latchkey.databaseUrl, APP_SECRET: appSecret, BCRYPT_COST: '10' };
  const operating = await run(commands.replaceAll('npx --yes pnpm', `'${process.execPath}' apps/api/src/cli.ts`), env);
  expect(operating.stdout.match(/shown once/g)).toHaveLength(2);
  expect(operating.stdout).toContain('Key 2 is published');
});
