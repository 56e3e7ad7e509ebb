import type { Logger } from 'pino';

/**
 * Calls `stop` at the first SIGTERM or SIGINT. npx and pnpm send one signal twice, so the second changes nothing; the third
 * finds no listener and ends the process at once.
 * @returns whether a signal was received
 */
export const stopOnSignal = (stop: () => Promise<void>, logger: Logger): (() => boolean) => {
  let received = 0;
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const onSignal = (): void => {
    received += 1;
    if (received === 1) {
      void stop();
      logger.info('Latchkey takes no more requests and finishes those in progress');
      return;
    }
    // Before the message: a supervisor that reads it may send the third signal at once.
    for (const signal of signals) process.off(signal, onSignal);
    logger.info('Requests are still in progress; one more signal ends them at once');
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => received > 0;
};
