/** The language of the page (`lang` in index.html): every date and number is written in it, not in the browser's language. */
const locale = 'en';

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const unitFor = (seconds: number) => units.find(([, size]) => seconds >= size) ?? (['second', 1] as const);

const relative = new Intl.RelativeTimeFormat(locale);

/** `3 hours ago`, `in 29 minutes`, or `just now` for less than a minute ago. */
export const formatRelativeTime = (secondsFromNow: number): string => {
  if (secondsFromNow < 1 && secondsFromNow > -60) return 'just now';
  const [unit, size] = unitFor(Math.abs(secondsFromNow));
  const count = secondsFromNow / size;
  // The future is rounded, so that a new 30-day token expires in 30 days, not in 29.
  return relative.format(secondsFromNow > 0 ? Math.round(count) : Math.trunc(count), unit);
};

/** A duration in its two largest units: `29 minutes 31 seconds`. */
export const formatDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, size] = unitFor(whole);
  const [nextUnit, nextSize] = units[units.findIndex(([name]) => name === unit) + 1] ?? [unit, size];
  const rest = Math.floor((whole % size) / nextSize);
  const pluralize = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  return pluralize(Math.floor(whole / size), unit) + (rest > 0 ? ` ${pluralize(rest, nextUnit)}` : '');
};

type Format = Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle'>;

/** A date, a time or both: only the styles that are given. */
export const formatDate = (date: Date, format: Format): string => new Intl.DateTimeFormat(locale, format).format(date);
