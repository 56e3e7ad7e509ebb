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

/** What runs a script: shells, pnpm and, for `pnpm dev`, turbo, all of it perhaps under npx. Node calls itself MainThread or node. */
const isRunner = (name: string): boolean => /^(sh|pnpm|node|MainThread|turbo|npm exec.*)$/.test(name);

/** The shell of the script and what is above it, up to the last pnpm or npx: a shell above that one is the user's own. */
const runnersOf = (shell: number): number[] => {
  const ids = [shell];
  let count = 0;
  while (ids.length < 20) {
    const status = statusOf(ids.at(-1) ?? 0);
    if (!status || !isRunner(status.name)) break;
    if (/^(pnpm|npm exec)/.test(status.name)) count = ids.length;
    ids.push(status.parent);
  }
  return ids.slice(0, Math.max(count, 2));
};

/**
 * Calls back when pnpm, turbo or npx, which run this process as a script, have ended. Neither pnpm nor npx passes SIGTERM on (seen
 * with pnpm 12.21 and npm 11.19), so the script would run on alone. Linux only.
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
