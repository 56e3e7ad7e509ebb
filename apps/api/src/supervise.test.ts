import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../testing/engines.ts';
import { freePort } from '../testing/free-port.ts';
import { freshName, password } from '../testing/start-latchkey.ts';
import { times } from '../testing/times.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const quickImports = fileURLToPath(new URL('../testing/quick-imports.ts', import.meta.url));

/** Starts the server with two processes. `said` returns its output so far. */
const start = (settings: Record<string, string>) => {
  const child = spawn(process.execPath, ['--import', quickImports, main], {
    cwd: mkdtempSync(join(tmpdir(), 'latchkey-')),
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOST: '127.0.0.1',
      BCRYPT_COST: '10',
      API_PROCESSES: '2',
      ...settings,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return { child, said: () => output };
};

const startReady = async (settings: Record<string, string>) => {
  const { child, said } = start(settings);
  await expect.poll(said).toContain('is ready at');
  return { child, said };
};

const workersOf = ({ pid }: ChildProcess): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

describe.runIf(existsSync('/proc/self/task')).each(engines)('two processes on $name', (engine) => {
  const startOn = async (more: Record<string, string> = {}) => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const started = await startReady({ PORT: String(port), DATABASE_URL: await engine.freshUrl(), ...more });
    const post = (path: string, body: unknown, token = '') =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Connection: 'close', Authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    return { ...started, origin, post };
  };

  it('share the port, the accounts and the limits, and stop together', async () => {
    const { child, said, post } = await startOn();
    expect(said()).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+ with 2 processes/);
    expect(workersOf(child)).toHaveLength(2);
    const username = freshName();
    const registered = await post('/api/accounts/register', { username, password });
    const { access_token } = (await registered.json()) as { access_token: string };
    const token = { name: 'backup', audience: 'shop', expiresIn: 3600 };
    const answers = await times(104, () => post('/api/tokens', token, access_token));
    // An account can create a hundred a day, in all processes together.
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(said().match(/Latchkey has stopped/g)).toHaveLength(1);
  });

  it('a process that is killed is replaced', async () => {
    const { child, said, origin } = await startOn();
    const before = workersOf(child);
    process.kill(before[0] ?? 0, 'SIGKILL');
    await expect.poll(() => workersOf(child).filter((id) => !before.includes(id))).toHaveLength(1);
    await expect.poll(said).toContain('ended unexpectedly (SIGKILL); another one starts');
    await expect.poll(async () => (await fetch(`${origin}/health/ready`)).status).toBe(200);
  });

  it('SIGHUP replaces every process and loses no request', async () => {
    // A slow machine sends more of them than the limit allows.
    const { child, said, post } = await startOn({ RATE_LIMITS: 'off' });
    const before = workersOf(child);
    const username = freshName();
    const answers: number[] = [(await post('/api/accounts/register', { username, password })).status];
    child.kill('SIGHUP');
    while (!said().includes('Every process has been replaced')) {
      answers.push((await post('/api/sessions/refresh', { refresh_token: 'forged' })).status);
    }
    expect(new Set(answers)).toEqual(new Set([201, 401]));
    await expect.poll(() => workersOf(child)).toHaveLength(2);
    expect(workersOf(child).filter((id) => before.includes(id))).toEqual([]);
  });

  it('the metrics are those of both', async () => {
    const port = await freePort();
    const { said, post } = await startOn({ METRICS_PORT: String(port) });
    await times(6, () => post('/api/sessions/refresh', { refresh_token: 'forged' }));
    expect(said()).toContain(`The metrics are at http://127.0.0.1:${port}/metrics`);
    const read = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await expect.poll(read).toContain('latchkey_problems_total{path="/api/sessions/refresh",code="refresh_invalid"} 6');
    expect(await read()).toContain('latchkey_sessions_live{kind="sign_in"} 0');
  });
});

it('several processes that cannot start end with one message', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const address = other.address();
  const { child } = start({ PORT: typeof address === 'object' ? String(address?.port) : '' });
  const [complained, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(complained).toMatch(
    /^Port \d+ is in use by another program; .*\nNo process could start; the reason is above\.\n$/,
  );
  expect(code).toBe(1);
});
