import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../testing/engines.ts';
import { freePort } from '../testing/free-port.ts';
import { freshName, password } from '../testing/start-latchkey.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const quickImports = fileURLToPath(new URL('../testing/quick-imports.ts', import.meta.url));

/** Starts the server as a process, in an empty folder and with only these settings. */
const start = (settings: Record<string, string>): ChildProcess => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const child = spawn(process.execPath, ['--import', quickImports, main], {
    cwd: folder,
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, HOST: '127.0.0.1', BCRYPT_COST: '10', ...settings },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

/** The exit code and output of a start that fails. */
const failureOf = async (settings: Record<string, string>) => {
  const child = start(settings);
  if (!child.stdout || !child.stderr) throw new Error('no pipes');
  const [[code], said, complained] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, said, complained };
};

/** Waits until the stream contains these words. */
const hears = (stream: NodeJS.ReadableStream | null, words: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = '';
    stream
      ?.on('data', (chunk) => {
        heard += chunk;
        if (heard.includes(words)) resolve(heard);
      })
      .on('close', () => reject(new Error(`it never said "${words}", but: ${heard}`)));
  });

/** Sends the head of a refresh, so that the server waits for the body. */
const beginRefresh = async (port: number, refresh_token = 'any') => {
  const body = JSON.stringify({ refresh_token });
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /api/sessions/refresh HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  // The process may end before it answers.
  socket.on('error', () => {});
  await hears(socket, '100 Continue');
  return { socket, body };
};

describe.each([
  { ...engines[0], secondSignal: 'SIGTERM' },
  { ...engines[1], secondSignal: 'SIGINT' },
] as const)('the server on $name', ({ secondSignal, ...engine }) => {
  it('starts in an empty folder, and on SIGTERM finishes the requests in progress', async () => {
    const port = await freePort();
    const child = start({ PORT: String(port), DATABASE_URL: await engine.freshUrl() });
    const log = child.stdout ? text(child.stdout) : Promise.resolve('');
    await hears(child.stdout, `is ready at http://localhost:5173 and listens on http://127.0.0.1:${port}`);

    // No hash is made once the process is to end: on a busy machine one may take longer than a request is given then.
    const registered = await fetch(`http://127.0.0.1:${port}/api/accounts/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: freshName(), password }),
    });
    const { refresh_token } = (await registered.json()) as { refresh_token: string };
    const { socket, body } = await beginRefresh(port, refresh_token);
    child.kill('SIGTERM');
    await hears(child.stdout, 'takes no more requests');
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed');
    // npx and pnpm send a signal twice.
    child.kill(secondSignal);
    await hears(child.stdout, 'one more signal ends them');
    const answer = hears(socket, 'access_token');
    socket.write(body);
    expect(await answer).toContain('HTTP/1.1 200 OK');

    expect(await once(child, 'exit')).toEqual([0, null]);
    const lines = (await log)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ msg: 'Latchkey has stopped' });
    expect(lines).toContainEqual(expect.objectContaining({ path: '/api/sessions/refresh', status: 200 }));
  });
});

it('a third signal ends the process, even with requests in progress', async () => {
  const port = await freePort();
  const child = start({ PORT: String(port) });
  await hears(child.stdout, 'is ready at');
  await beginRefresh(port);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await hears(child.stdout, 'takes no more requests');
  child.kill('SIGTERM');
  await hears(child.stdout, 'one more signal ends them');
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
});

describe.runIf(existsSync('/proc/self/status'))('the server ends', () => {
  const node = `'${process.execPath}'`;
  const server = `${node} --import '${quickImports}' '${main}'; true`;
  // Each runs a script in a shell, and passes no signal on.
  const pnpm = `require('node:child_process').spawn('sh', ['-c', process.env.SERVER], { stdio: 'inherit', detached: true })`;
  const npx = `process.title = 'npm exec pnpm start'; require('node:child_process').spawn('sh', ['-c', process.env.PNPM], { stdio: 'inherit' })`;

  it.each([
    ['pnpm', pnpm],
    ['npx', npx],
  ])('when %s, which runs it, ends', async (_name, runner) => {
    const child = spawn(process.execPath, ['-e', runner], {
      cwd: mkdtempSync(join(tmpdir(), 'latchkey-')),
      env: {
        PATH: process.env.PATH,
        SERVER: server,
        PNPM: `${node} -e "${pnpm}"; true`,
        npm_lifecycle_event: 'start',
        HOST: '127.0.0.1',
        PORT: '0',
      },
    });
    await hears(child.stdout, 'is ready at');
    child.kill('SIGTERM');
    await hears(child.stdout, 'Latchkey has stopped');
  });
});

describe('a failed start ends with a message for the operator', () => {
  it('that lists every invalid setting', async () => {
    expect(await failureOf({ PORT: 'x', JWT_ALGORITHM: 'none' })).toEqual({
      code: 1,
      said: '',
      complained:
        'Invalid configuration:\n  PORT is "x"; it must be a whole number from 0 to 65535.\n' +
        '  JWT_ALGORITHM is "none"; it must be one of HS256, RS256, ES256.\n',
    });
  });

  it('about a database that cannot be opened', async () => {
    const { code, complained } = await failureOf({ DATABASE_URL: 'file:/dev/null/x.db' });
    expect(code).toBe(1);
    expect(complained).toMatch(/^The database \/dev\/null\/x\.db cannot be opened .*; check DATABASE_URL .*\.\n$/);
  });

  it('about a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, complained } = await failureOf({ PORT: port });
    expect(code).toBe(1);
    expect(complained).toBe(
      `Port ${port} is in use by another program; stop that program, or set PORT to a free port.\n`,
    );
  });
});

it('no other user of the machine can read the database, even in a folder that others can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  chmodSync(folder, 0o755);
  const child = start({ PORT: '0', DATABASE_URL: `file:${folder}/latchkey.db` });
  await hears(child.stdout, 'is ready at');
  const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o077]);
  expect(modes).toContainEqual(['latchkey.db', 0]);
  expect(modes.filter(([, mode]) => mode !== 0)).toEqual([]);
});

it.each([
  ['http://accounts.example.com', true],
  ['https://accounts.example.com', false],
  ['http://localhost:3000', false],
])('production at %s warns that passwords can be read on the network: %s', async (PUBLIC_URL, isWarned) => {
  const settings = { NODE_ENV: 'production', PUBLIC_URL, APP_SECRET: randomBytes(32).toString('hex'), PORT: '0' };
  const child = start(settings);
  const said = await hears(child.stdout, 'is ready at');
  expect(said.includes('PUBLIC_URL is http')).toBe(isWarned);
});
