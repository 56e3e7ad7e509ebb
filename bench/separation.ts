/**
 * The probability that a value of the first sample exceeds one of the second (Mann–Whitney U over the product of the sizes).
 * 0.5: indistinguishable; 0 or 1: fully separated.
 */
export const separation = (first: readonly number[], second: readonly number[]): number => {
  let above = 0;
  for (const a of first) for (const b of second) above += a > b ? 1 : a === b ? 0.5 : 0;
  return above / (first.length * second.length);
};

/** The deviation from 0.5 that chance exceeds once in about thirty thousand runs: four standard errors. */
export const chanceOf = (first: number, second: number): number =>
  4 * Math.sqrt((first + second + 1) / (12 * first * second));

/** The Kolmogorov–Smirnov distance of two samples. It also separates samples of different shape with the same median. */
export const distance = (first: readonly number[], second: readonly number[]): number => {
  const shareUpTo = (limit: number, sample: readonly number[]): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  return Math.max(
    ...[...first, ...second].map((limit) => Math.abs(shareUpTo(limit, first) - shareUpTo(limit, second))),
  );
};

/** The distance that chance exceeds equally rarely. */
export const chanceOfDistance = (first: number, second: number): number =>
  2.35 * Math.sqrt((first + second) / (first * second));
