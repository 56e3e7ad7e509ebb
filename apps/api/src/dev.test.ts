import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const dev = fileURLToPath(new URL('./dev.ts', import.meta.url));

/** A repository whose server is this code. */
const repository = (main: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  for (const name of ['apps/api/src', 'packages/contract/src', 'packages/contract/node_modules']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'apps/api/src/main.ts'), main);
  return folder;
};

const started = (child: ChildProcess) => {
  onTestFinished(() => void child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
  return { child, output: () => output };
};
const start = (folder: string) =>
  started(
    spawn(process.execPath, [dev], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...(existsSync(join(folder, '.env')) ? {} : { PORT: '0' }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

const running = "console.log('started'); setInterval(() => {}, 1000)";
const startsIn = (output: string): number => output.match(/started/g)?.length ?? 0;

it('restarts the server when source changes, not when dependencies change', async () => {
  const folder = repository(running);
  const { child, output } = start(folder);
  await expect.poll(() => startsIn(output())).toBe(1);
  writeFileSync(join(folder, 'packages/contract/node_modules/x.js'), '');
  writeFileSync(join(folder, 'packages/contract/src/x.ts'), '');
  await expect.poll(() => startsIn(output())).toBe(2);
  writeFileSync(join(folder, 'apps/api/src/main.ts'), "throw new Error('broken')");
  await expect.poll(output).toContain('broken');
  writeFileSync(join(folder, 'apps/api/src/main.ts'), running);
  await expect.poll(() => startsIn(output())).toBe(3);
  expect(child.exitCode).toBeNull();
});

it('ends with the exit code of the server when the first start fails', async () => {
  const { child, output } = start(repository("console.error('Port 3000 is in use'); process.exit(1)"));
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain('Port 3000 is in use');
});

it('on SIGTERM ends the server and then itself', async () => {
  const { child, output } = start(
    // The server listens for the signal before it says that it has started.
    repository(`process.on('SIGTERM', () => { console.log('closed'); process.exit(0) }); ${running}`),
  );
  await expect.poll(() => startsIn(output())).toBe(1);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(output()).toContain('closed');
});

it('ends with one sentence when another program has the port of the API', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const folder = repository(running);
  writeFileSync(join(folder, '.env'), `PORT=${port}`);
  const { child, output } = start(folder);
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toBe(`Port ${port} is in use by another program; stop that program, or set PORT to a free port.\n`);
});

it.runIf(existsSync('/proc/self/status'))('ends when npx ends, which runs pnpm, which runs turbo', async () => {
  const folder = repository(`process.on('SIGTERM', () => { console.log('closed'); process.exit(0) }); ${running}`);
  // Each runs the next one in a shell, and passes no signal on.
  const runners = ['npm exec pnpm dev', 'pnpm', 'turbo', 'pnpm'].map(
    (title, level) =>
      `'${process.execPath}' -e "process.title = '${title}'; require('node:child_process').spawn('sh', ['-c', process.env.LEVEL_${level + 1}], { stdio: 'inherit', detached: true })"; true`,
  );
  const levels = [...runners, `'${process.execPath}' '${dev}'; true`].map((command, level) => [
    `LEVEL_${level}`,
    command,
  ]);
  const [, code = ''] = /-e "(.{1,300})"/.exec(runners[0] ?? '') ?? [];
  const { child, output } = started(
    spawn(process.execPath, ['-e', code], {
      cwd: folder,
      env: { ...Object.fromEntries(levels), PATH: process.env.PATH, PORT: '0', npm_lifecycle_event: 'dev' },
    }),
  );
  await expect.poll(() => startsIn(output())).toBe(1);
  child.kill('SIGTERM');
  await expect.poll(output).toContain('closed');
});
