import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { env } from 'node:process';

/** Loaded into a server with `--import`: writes the 99th percentile of its event-loop delay, in milliseconds, on exit. */
const delay = monitorEventLoopDelay({ resolution: 5 });
// Requests are not affected by the delay of loading the program.
setTimeout(() => delay.enable(), 1_000).unref();
process.once('exit', () => writeFileSync(env.LOOP_DELAY_FILE ?? 'loop-delay', String(delay.percentile(99) / 1e6)));
