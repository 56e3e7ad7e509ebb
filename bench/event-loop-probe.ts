import { monitorEventLoopDelay } from 'node:perf_hooks';

// Preloaded into the server that is measured: tells how long its event loop stood still since it was last asked.
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('SIGUSR2', () => {
  process.stderr.write(`${JSON.stringify({ longestTickMilliseconds: delay.max / 1e6 })}\n`);
  delay.reset();
});
