import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../apps/api/testing/free-port.ts';

type Start = {
  readonly file: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What answers 200 as soon as it can be used. */
  readonly readyPath: string;
  readonly options?: readonly string[];
};

/** A server under measurement, in a process of its own. */
export type Program = {
  readonly base: string;
  readonly pid: number;
  readonly readyMilliseconds: number;
  residentMebibytes(): number;
  stop(): Promise<void>;
};

/** Starts a program on this machine's own address. What it logs is written to nowhere, but written. */
export const startProgram = async ({ file, environment = {}, readyPath, options = [] }: Start): Promise<Program> => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...options, file], {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { pid } = child;
  const kill = (): boolean => child.kill('SIGKILL');
  // Whatever ends us leaves nothing behind.
  process.once('exit', kill);
  if (pid === undefined) throw new Error(`${file} cannot be started`);
  while (!(await fetch(base + readyPath).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    await sleep(2);
  }
  return {
    base,
    pid,
    readyMilliseconds: performance.now() - startedAt,
    residentMebibytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      process.off('exit', kill);
    },
  };
};
