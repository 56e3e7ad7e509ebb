import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const port = 4180;
export const base = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));

/** What production asks for. Behind one proxy, so that a measurement can come from many addresses. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: String(port),
  PUBLIC_URL: base,
  APP_SECRET: '5e1f7a09c3d84b62a7f0e9d1c2b3a495',
  TRUST_PROXY: '1',
  DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
};

export type Started = { readonly server: ChildProcess; readonly readyMilliseconds: number };

/** Starts the production build. `settings` as in the environment, `options` for Node. */
export const start = async (settings: NodeJS.ProcessEnv = {}, options: readonly string[] = []): Promise<Started> => {
  const startedAt = performance.now();
  const server = spawn(process.execPath, [...options, 'apps/api/dist/main.js'], {
    env: { ...environment, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  while (!(await fetch(`${base}/health/ready`).catch(() => undefined))?.ok) await sleep(2);
  return { server, readyMilliseconds: performance.now() - startedAt };
};

export const stop = async (server: ChildProcess): Promise<void> => {
  server.kill('SIGTERM');
  await once(server, 'exit');
};

let addresses = 0;

/** From an address of its own each time: what is measured is no limit. */
export const post = (path: string, body: unknown): Promise<Response> => {
  addresses += 1;
  const address = `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
  return fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
    body: JSON.stringify(body),
  });
};

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
