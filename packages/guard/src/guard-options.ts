import { systemTimers, type Timers } from './timers.ts';

export type GuardOptions = {
  /** The `iss` of the tokens, to the letter: Latchkey's PUBLIC_URL. */
  readonly issuer: string;
  /** The `aud` of the tokens that are for this service. */
  readonly audience: string;
  /** Where the issuer is reached from here, if not at its own name. */
  readonly reachAt?: string;
  /** Latchkey's JWT_SECRET, where it signs with HS256 and so has no public keys. */
  readonly secret?: string;
  /** How far the clocks may be apart. Default: 30. */
  readonly clockToleranceSeconds?: number;
  /** The longest life of a token that is accepted. Default: 366 days, for named tokens may live for a year. */
  readonly longestLifeSeconds?: number;
  /** How long the revocation feed may be silent. Default: 60. */
  readonly maxStaleSeconds?: number;
  /** What then happens: 503, or on as if nothing had been revoked since. Default: `'refuse'`. */
  readonly whenStale?: 'refuse' | 'allow';
  /** Told each time the issuer could not be heard. Default: nobody is. */
  readonly onFault?: (fault: Error) => void;
  /** Now. For tests. */
  readonly clock?: () => Date;
  /** What it waits by. For tests. */
  readonly timers?: Timers;
};

/**
 * The options with their defaults.
 * @throws TypeError where one cannot be right: better at the start than with the first request
 */
export const readOptions = ({
  issuer,
  audience,
  reachAt,
  secret,
  clockToleranceSeconds = 30,
  longestLifeSeconds = 366 * 86_400,
  maxStaleSeconds = 60,
  whenStale = 'refuse',
  onFault = () => {},
  clock = () => new Date(),
  timers = systemTimers,
}: GuardOptions) => {
  if (!URL.canParse(issuer)) throw new TypeError('issuer: the URL that the tokens name as iss');
  if (reachAt !== undefined && !URL.canParse(reachAt)) throw new TypeError('reachAt: a URL');
  if (!audience) throw new TypeError('audience: the name of this service, as in aud');
  // RFC 7518 §3.2
  if (secret !== undefined && Buffer.byteLength(secret) < 32) throw new TypeError('secret: at least 32 bytes');
  const bounds = { clockToleranceSeconds, longestLifeSeconds, maxStaleSeconds };
  for (const [name, seconds] of Object.entries(bounds)) {
    // No comparison with NaN is ever true: a bound that is none would let everything pass.
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`${name}: a number of seconds`);
  }
  return { issuer, audience, reachAt, secret, ...bounds, whenStale, onFault, clock, timers };
};
