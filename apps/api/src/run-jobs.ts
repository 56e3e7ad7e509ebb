import type { Sleep } from './clock.ts';

type Job = { readonly everySeconds: number; readonly run: () => Promise<void> };
type Needs = { readonly sleep: Sleep; readonly onFault: (fault: Error) => void; readonly signal: AbortSignal };

/**
 * Repeats each job until `signal` aborts. The wait begins when a run has ended, so runs of one job never overlap. A run that
 * fails is reported, and the job runs again at its next time.
 */
export const runJobs = (jobs: Readonly<Record<string, Job>>, { sleep, onFault, signal }: Needs): void => {
  const repeat = async ({ everySeconds, run }: Job): Promise<void> => {
    for (;;) {
      await sleep(everySeconds * 1000, signal);
      if (signal.aborted) return;
      await run().catch((fault) => {
        if (!signal.aborted) onFault(fault);
      });
    }
  };
  for (const job of Object.values(jobs)) void repeat(job);
};
