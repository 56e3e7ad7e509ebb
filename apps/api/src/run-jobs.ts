import type { Sleep } from './clock.ts';

type Job = { readonly everySeconds: number; readonly run: () => Promise<void> };
type Needs = { readonly sleep: Sleep; readonly onFault: (fault: Error) => void; readonly signal: AbortSignal };

/**
 * Runs each job again and again until `signal` aborts. The wait begins when the last run is over, so runs of one job never
 * overlap. A run that fails is reported; what is due stays due the next time.
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
