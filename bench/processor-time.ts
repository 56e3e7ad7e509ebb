import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ). */
const millisecondsPerTick = 10;

type Usage = { readonly parent: number; readonly ticks: number };

/** The parent of a process, and the time that it and its ended children have used (proc(5), fields 4 and 14 to 17 of `stat`). */
const usageOf = (pid: number): Usage | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1);
    return { parent, ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) };
  } catch {
    // It has ended.
    return undefined;
  }
};

/** The processor time of a process and of everything below it, in milliseconds. */
export const processorMilliseconds = (root: number): number => {
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    const usage = /^\d{1,10}$/.test(name) ? usageOf(Number(name)) : undefined;
    if (usage) usages.set(Number(name), usage);
  }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at !== 0; at = usages.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  let ticks = 0;
  for (const [pid, usage] of usages) if (isBelow(pid)) ticks += usage.ticks;
  return ticks * millisecondsPerTick;
};

/** The process that started this one. */
export const parentOf = (pid: number): number => usageOf(pid)?.parent ?? 0;
