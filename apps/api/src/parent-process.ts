import { readFileSync } from 'node:fs';

type Status = { readonly name: string; readonly parent: number };

/** The name of a process and the process that started it; undefined when it has ended, or where there is no /proc. */
const statusOf = (id: number): Status | undefined => {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const [, name = ''] = /^Name:\t(.{1,64})$/m.exec(status) ?? [];
    const [, parent] = /^PPid:\t(\d{1,10})$/m.exec(status) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

/** The shell of the script, pnpm, and with `npx pnpm` also npm and the shell between the two. */
const runnersOf = (shell: number): number[] => {
  const ids = [shell];
  while (ids.length < 5) {
    const status = statusOf(ids.at(-1) ?? 0);
    if (!status) break;
    if (status.name.startsWith('npm exec')) return ids;
    ids.push(status.parent);
  }
  return ids.slice(0, 2);
};

/**
 * Calls back when pnpm or npx, which run this process as a script, have ended. Neither passes SIGTERM on to the script (seen with
 * pnpm 12.21 and npm 11.19), so the server would run on alone. Linux only.
 */
export const onRunnerExit = (callback: () => void, isScript = process.env.npm_lifecycle_event !== undefined): void => {
  const runners = isScript ? runnersOf(process.ppid) : [];
  const hasEnded = () => runners.some((id, index) => index > 0 && statusOf(runners[index - 1] ?? 0)?.parent !== id);
  if (runners.length < 2) return;
  const timer = setInterval(() => {
    if (!hasEnded()) return;
    clearInterval(timer);
    callback();
  }, 500);
  timer.unref();
};
