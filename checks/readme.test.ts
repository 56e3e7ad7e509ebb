import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { engines } from '../apps/api/testing/engines.ts';
import { startLatchkey } from '../apps/api/testing/start-latchkey.ts';

it('the curl tour of the README works as printed', async () => {
  const latchkey = await startLatchkey(engines[0]);
  const [, tour = ''] = /```sh\n(api=[^`]+)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const here = tour.replace('http://localhost:3000', `http://127.0.0.1:${latchkey.port}`);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here]);
  expect(stdout.match(/"username":"ada"/g)).toHaveLength(3);
  expect(stdout).toContain('"metadata":{"cart":["tea"]}');
  expect(stdout).toContain('HTTP/1.1 204 No Content');
});
