import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import pretty from 'pino-pretty';
import { onRunnerExit } from './parent-process.ts';

// Runs the API from the root of the repository, and restarts it when its source changes. `node --watch` would also watch
// node_modules, whose files change when another clone installs, and would wait for changes when the first start fails.
const folders = ['apps/api/src', ...readdirSync('packages').map((name) => `packages/${name}/src`)];
const log = pretty({ singleLine: true, ignore: 'pid,hostname,requestId', sync: true });

const changes = new EventEmitter();
for (const folder of folders) watch(folder, { recursive: true }, () => changes.emit('change'));

const startServer = (): ChildProcess => {
  const settings = existsSync('.env') ? ['--env-file=.env'] : [];
  const server = spawn(process.execPath, [...settings, 'apps/api/src/main.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server.stdout.pipe(log, { end: false });
  return server;
};

// The server would say the same, but Vite starts sooner: it must not send passwords to another program that has the port of the API.
const { PORT = '3000' } = { ...(existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}), ...process.env };
const probe = createServer().listen(Number(PORT), '127.0.0.1');
await once(probe, 'listening').catch(({ code }) => {
  if (code !== 'EADDRINUSE') return;
  console.error(`Port ${PORT} is in use by another program; stop that program, or set PORT to a free port.`);
  process.exit(1);
});
probe.close();

let server = startServer();
let isStopping = false;
let hasRunner = true;
onRunnerExit(() => {
  hasRunner = false;
  process.kill(process.pid);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isStopping = true;
    // A server that has failed since the last change cannot be killed.
    if (!server.kill(signal)) process.exit();
  });
}

for (let isFirst = true; ; isFirst = false) {
  const exited = once(server, 'exit');
  const changed = once(changes, 'change');
  const isRunning = await Promise.race([exited.then(() => false), changed.then(() => true)]);
  // turbo ends the web app, too, when this one has failed.
  if (isStopping || (isFirst && !isRunning)) process.exit(hasRunner ? (server.exitCode ?? 0) : 1);
  await changed;
  // An editor may write a file in several steps.
  await sleep(50);
  server.kill('SIGTERM');
  await exited;
  server = startServer();
}
