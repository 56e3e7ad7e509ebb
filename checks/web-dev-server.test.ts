import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

it('Vite ends with one sentence when another program has its port', async () => {
  const taken = createServer().listen(0, 'localhost');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const child = spawn(process.execPath, ['node_modules/vite/bin/vite.js'], {
    cwd: fileURLToPath(new URL('../apps/web', import.meta.url)),
    env: { PATH: process.env.PATH, PUBLIC_URL: `http://localhost:${port}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[code], complaint] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect(code).toBe(1);
  expect(complaint).toBe(
    `Port ${port} is in use by another program; stop that program, or set PUBLIC_URL to another address, such as http://localhost:${port + 1}.\n`,
  );
});
