import { readFileSync } from 'node:fs';

/** The process that started another one; undefined when that is gone, or where there is no /proc. */
const parentOf = (id: number): number | undefined => {
  try {
    const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
};

/**
 * Calls back when the package manager that runs this process as a script has ended. pnpm ends on SIGTERM without passing it on to
 * the shell of the script (seen with 12.21), so the server would run on alone. Linux only.
 */
export const onRunnerExit = (callback: () => void, isScript = process.env.npm_lifecycle_event !== undefined): void => {
  const shell = process.ppid;
  const runner = isScript ? parentOf(shell) : undefined;
  if (runner === undefined) return;
  const timer = setInterval(() => {
    if (parentOf(shell) === runner) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
};
