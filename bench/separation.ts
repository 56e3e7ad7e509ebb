/**
 * How well one sample is told from another by size alone: the probability that a value of the first is above one of the second
 * (Mann and Whitney's U over both sizes). 0.5 is not at all, 0 and 1 are always.
 */
export const separation = (first: readonly number[], second: readonly number[]): number => {
  let above = 0;
  for (const a of first) for (const b of second) above += a > b ? 1 : a === b ? 0.5 : 0;
  return above / (first.length * second.length);
};

/** How far chance alone takes it from 0.5, once in some thirty thousand times: four standard errors. */
export const chanceOf = (first: number, second: number): number =>
  4 * Math.sqrt((first + second + 1) / (12 * first * second));

/** How far two samples are apart at most: Kolmogorov and Smirnov's distance. Two heaps are not one heap between them. */
export const distance = (first: readonly number[], second: readonly number[]): number => {
  const shareUpTo = (limit: number, sample: readonly number[]): number =>
    sample.filter((value) => value <= limit).length / sample.length;
  return Math.max(
    ...[...first, ...second].map((limit) => Math.abs(shareUpTo(limit, first) - shareUpTo(limit, second))),
  );
};

/** How far chance alone takes it, as seldom. */
export const chanceOfDistance = (first: number, second: number): number =>
  2.35 * Math.sqrt((first + second) / (first * second));
