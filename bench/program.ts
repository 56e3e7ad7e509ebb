import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../apps/api/testing/free-port.ts';

type Start = {
  readonly file: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** The path that answers 200 when the program is ready. */
  readonly readyPath: string;
  readonly options?: readonly string[];
};

/** A measured server in its own process. */
export type Program = {
  readonly base: string;
  readonly pid: number;
  readonly readyMilliseconds: number;
  residentMebibytes(): number;
  stop(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
};

/** Starts a program on 127.0.0.1, on a free port if `environment` names none. Its log is written, to /dev/null. */
export const startProgram = async ({ file, environment = {}, readyPath, options = [] }: Start): Promise<Program> => {
  const port = environment.PORT ?? (await freePort());
  const base = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...options, file], {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { pid } = child;
  const kill = (): boolean => child.kill('SIGKILL');
  // However the benchmark exits, it leaves no process behind.
  process.once('exit', kill);
  if (pid === undefined) throw new Error(`${file} cannot be started`);
  while (!(await fetch(base + readyPath).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    await sleep(2);
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    process.off('exit', kill);
  };
  return {
    base,
    pid,
    readyMilliseconds: performance.now() - startedAt,
    residentMebibytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};
