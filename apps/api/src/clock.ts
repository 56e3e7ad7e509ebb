import { setTimeout as wait } from 'node:timers/promises';

/** The current time. Injected, so that a test can set it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Waits for this time, or until `signal` aborts. Injected, so that a test decides when the time has passed. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Does not keep the process alive. */
export const systemSleep: Sleep = (milliseconds, signal) =>
  wait(milliseconds, undefined, { ref: false, signal }).catch(() => {});

export const addSeconds = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);

/** Whole seconds since 1970, as in a JWT (RFC 7519 §2, NumericDate). */
export const toNumericDate = (moment: Date): number => Math.floor(moment.getTime() / 1000);
