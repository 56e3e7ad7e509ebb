const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const unitOf = (seconds: number) => units.find(([, size]) => seconds >= size) ?? (['second', 1] as const);

// As the whole page: in English, whatever the browser speaks.
const relative = new Intl.RelativeTimeFormat('en');

/** How far a moment is from now: `3 hours ago`, `in 29 minutes`. What was less than a minute ago is `just now`. */
export const fromNow = (seconds: number): string => {
  if (seconds < 1 && seconds > -60) return 'just now';
  const [unit, size] = unitOf(Math.abs(seconds));
  // What is to come is rounded, so that what was made for 30 days does not end in 29.
  return relative.format(seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size), unit);
};

/** A length of time in its two largest units: `29 minutes 31 seconds`. */
export const lengthInWords = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, size] = unitOf(whole);
  const [nextUnit, nextSize] = units[units.findIndex(([name]) => name === unit) + 1] ?? [unit, size];
  const rest = Math.floor((whole % size) / nextSize);
  const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  return counted(Math.floor(whole / size), unit) + (rest > 0 ? ` ${counted(rest, nextUnit)}` : '');
};
