/** Now. Handed in everywhere, so that a test can turn it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

export const addSeconds = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);

/** Whole seconds since 1970, as in a JWT (RFC 7519 §2, NumericDate). */
export const toNumericDate = (moment: Date): number => Math.floor(moment.getTime() / 1000);
